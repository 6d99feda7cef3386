package model

import "hushwing/i18n"

// SetVersion says which version of the program this is.
func (m *Model) SetVersion(version string) { m.version = version }

// viewAbout says what program this is. There is no link: it would open another
// browser, which would show where the user is.
func (m *Model) viewAbout(_ page, v *PageView) {
	v.Title = i18n.T("About Hushwing")
	v.Text = i18n.T("Private conversations through Tor. Only you and the person you write to can read them.")
	rows := []PageRow{{Label: i18n.T("Version"), Value: clean(m.version, 60)}}
	if rows[0].Value == "" {
		rows = nil
	}
	rows = append(rows,
		PageRow{Label: i18n.T("Licence"), Value: i18n.T("Free software under the GNU General Public License, version 3 or later. It comes with no warranty.")},
		PageRow{Label: i18n.T("Made with"), Value: i18n.T("GTK, Tor, and the work of many people on private conversations since 2004.")},
	)
	v.Sections = []Section{{Rows: rows}}
}
