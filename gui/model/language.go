package model

import (
	"cmp"
	"slices"

	"hushwing/client"
	"hushwing/i18n"
)

// spoken is the language that was chosen on a page that comes before the settings
// can be reached. It holds until a profile was open and is closed again: what a
// locked window speaks tells nothing of the profile. A new profile takes it into
// its settings; for one that is there it is what "this computer's" means meanwhile.
type spoken struct {
	language string // empty: the computer's
	opened   bool   // a profile was, since
}

// language is what is spoken where no settings say another.
func (m *Model) language() string { return cmp.Or(m.spoken.language, m.system) }

// viewLanguage offers the languages by their own names, which is what somebody who
// reads none of the page looks for.
func viewLanguage(enabled bool) LanguageView {
	now := i18n.Language()
	v := LanguageView{Own: i18n.OwnName(now), Name: i18n.T("Language"), Enabled: enabled}
	for _, l := range i18n.Languages() {
		b := button(i18n.OwnName(l), Action{Kind: ActionSpeak, ID: l})
		b.Chosen = l == now
		v.Choices = append(v.Choices, b)
	}
	return v
}

// pressSpeak takes another language, at once. Nothing is written down for it: a
// profile that is made later takes it along, one that is open has its settings.
func (m *Model) pressSpeak(language string) {
	if !slices.Contains(i18n.Languages(), language) {
		return
	}
	switch {
	case m.screen == ScreenBroken:
		m.focus(FieldIDSpoken)
	case m.screen == ScreenUnlock:
		m.focus(FieldIDUnlock) // which is what one came for
	case m.screen == ScreenFirstRun && m.first.page == PageWelcome && !m.first.another:
		m.focus(FieldIDSpoken)
	default:
		return
	}
	if language == m.system {
		language = "" // as if none had ever been chosen
	}
	m.spoken.language = language
	m.keepSpoken()
	m.speak(language)
}

// keepSpoken writes the language that was chosen into the settings of a profile
// that was made here.
func (m *Model) keepSpoken() {
	m.ChangeSettings(func(s *client.Settings) { s.Language = m.spoken.language })
}

// closeSpoken forgets the language along with a profile that was open.
func (m *Model) closeSpoken() {
	if m.spoken.opened {
		m.spoken = spoken{}
	}
}
