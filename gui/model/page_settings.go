package model

import (
	"strconv"

	"hushwing/client"
	"hushwing/i18n"
)

// The rows of the settings.
const (
	FieldIDLanguage   FieldID = "set-language"
	FieldIDNotify     FieldID = "set-notify"
	FieldIDNotifyWho  FieldID = "set-notify-who"
	FieldIDLockAfter  FieldID = "set-lock-after"
	FieldIDLockAlong  FieldID = "set-lock-along"
	FieldIDBackground FieldID = "set-background"
	FieldIDTextScale  FieldID = "set-text-scale"
	FieldIDCtrlEnter  FieldID = "set-ctrl-enter"
)

// lockChoices are the minutes after which the profile can lock itself, and
// scaleChoices the sizes of text.
var (
	lockChoices  = []int{5, client.DefaultLockAfter, 30, 60, 240}
	scaleChoices = []int{100, 125, 150, 175, 200}
)

// lowered counts the settings that are lower than their safe default.
func lowered(s client.Settings) int {
	n := 0
	for _, low := range []bool{s.NotifyWho && !s.NoNotify, locksLate(s), s.StayOpen, s.Background} {
		if low {
			n++
		}
	}
	return n
}

// locksLate reports whether the profile stays open for longer than by default.
func locksLate(s client.Settings) bool {
	return s.LockAfter < 0 || s.LockAfter > client.DefaultLockAfter
}

// safer returns settings with everything that lowers the protection taken
// back; what is a matter of taste stays.
func safer(s client.Settings) client.Settings {
	s.NotifyWho, s.StayOpen, s.Background = false, false, false
	if locksLate(s) {
		s.LockAfter = 0
	}
	return s
}

// losing gives a row the sentence that says what it costs to lower it; it
// stands out while it is.
func losing(r PageRow, low bool, loses string) PageRow {
	r.Loses = loses
	if low {
		r.Style = StyleWarn
	}
	return r
}

// viewSettings shows the settings.
func (m *Model) viewSettings(_ page, v *PageView) {
	s := m.wanted()
	v.Title = i18n.T("Settings")
	n := lowered(s)
	if n == 0 {
		v.Text = i18n.T("All of this is set safely. Where something lowers your protection, it says what is lost.")
	} else {
		v.Text = i18n.N("%d setting is less safe than it could be. It says what is lost.",
			"%d settings are less safe than they could be. They say what is lost.", n, n)
		v.Buttons = []Button{button(i18n.T("Back to the safe settings"), Action{Kind: ActionSafeSettings})}
	}
	v.Sections = []Section{
		m.notifySettings(s), m.lockSettings(s), m.windowSettings(s), m.torSettings(),
	}
	if p := m.settings.problem; p != nil {
		v.Problem = problem(*p, nil)
	}
}

func (m *Model) notifySettings(s client.Settings) Section {
	who := PageRow{
		ID: FieldIDNotifyWho, Kind: PageSwitch, Label: i18n.T("Say who wrote"), On: s.NotifyWho, Enabled: !s.NoNotify,
	}
	return Section{Heading: i18n.T("Notifications"), Rows: []PageRow{
		{
			ID: FieldIDNotify, Kind: PageSwitch, Label: i18n.T("Tell of new messages"), On: !s.NoNotify, Enabled: true,
			Help: i18n.T("It says that there is a message, never what is in it."),
		},
		losing(who, s.NotifyWho && !s.NoNotify,
			i18n.T("With this, whoever sees your screen sees whom you talk to, and so does whatever on this computer keeps notifications.")),
	}}
}

func (m *Model) lockSettings(s client.Settings) Section {
	after := PageRow{ID: FieldIDLockAfter, Kind: PageChoice, Label: i18n.T("Lock when not used for"), Enabled: true}
	minutes := s.LockAfter
	if minutes == 0 {
		minutes = client.DefaultLockAfter
	}
	known := minutes < 0
	for _, n := range lockChoices {
		known = known || n == minutes
		after.Options = append(after.Options, Choice{Value: strconv.Itoa(n), Label: minutesText(n)})
	}
	if !known {
		after.Options = append(after.Options, Choice{Value: strconv.Itoa(minutes), Label: minutesText(minutes)})
	}
	after.Options = append(after.Options, Choice{Value: "-1", Label: i18n.T("Never")})
	after.Value = strconv.Itoa(max(minutes, -1))
	along := PageRow{
		ID: FieldIDLockAlong, Kind: PageSwitch, Label: i18n.T("Lock together with this computer"), On: !s.StayOpen, Enabled: true,
		Help: i18n.T("When its screen is locked, and when it sleeps."),
	}
	return Section{Heading: i18n.T("Locking"), Rows: []PageRow{
		losing(after, locksLate(s),
			i18n.T("The longer it stays open, the longer whoever comes to this computer finds your conversations, and can write in your name.")),
		losing(along, s.StayOpen,
			i18n.T("Without this, whoever gets past the lock of this computer finds your conversations open, and a computer that is taken while it sleeps still holds your keys.")),
		{
			ID: "set-password", Kind: PageLink, Label: i18n.T("Change the password"), Enabled: true,
			Action: Action{Kind: ActionChangePassword},
		},
	}}
}

func minutesText(n int) string {
	if n%60 == 0 {
		return i18n.N("%d hour", "%d hours", n/60, n/60)
	}
	return i18n.N("%d minute", "%d minutes", n, n)
}

func (m *Model) windowSettings(s client.Settings) Section {
	language := PageRow{
		ID: FieldIDLanguage, Kind: PageChoice, Label: i18n.T("Language"), Value: s.Language, Enabled: true,
		Help:    i18n.T("Before your password is typed, Hushwing speaks this computer’s language: it keeps nothing about you that can be read without it."),
		Options: []Choice{{Value: "", Label: i18n.T("This computer’s")}},
	}
	known := s.Language == ""
	for _, l := range i18n.Languages() {
		known = known || l == s.Language
		language.Options = append(language.Options, Choice{Value: l, Label: i18n.OwnName(l)})
	}
	if !known {
		language.Options = append(language.Options, Choice{Value: s.Language, Label: i18n.OwnName(s.Language)})
	}
	size := PageRow{
		ID: FieldIDTextScale, Kind: PageChoice, Label: i18n.T("Text size"), Value: strconv.Itoa(s.TextScale), Enabled: true,
		Options: []Choice{{Value: "0", Label: i18n.T("This computer’s")}},
	}
	known = s.TextScale == 0
	for _, n := range scaleChoices {
		known = known || n == s.TextScale
		size.Options = append(size.Options, Choice{Value: strconv.Itoa(n), Label: i18n.T("%d%%", n)})
	}
	if !known {
		size.Options = append(size.Options, Choice{Value: strconv.Itoa(s.TextScale), Label: i18n.T("%d%%", s.TextScale)})
	}
	background := PageRow{
		ID: FieldIDBackground, Kind: PageSwitch, Label: i18n.T("Keep running when the window is closed"), On: s.Background, Enabled: true,
		Help: i18n.T("You stay connected and hear of new messages."),
	}
	return Section{Heading: i18n.T("Window"), Rows: []PageRow{
		language, size,
		{
			ID: FieldIDCtrlEnter, Kind: PageSwitch, Label: i18n.T("Send with Ctrl+Enter"), On: s.SendWithCtrlEnter, Enabled: true,
			Help: i18n.T("Enter begins a new line then."),
		},
		losing(background, s.Background,
			i18n.T("With this, closing the window does not lock: your conversations stay open behind it until they lock by themselves.")),
	}}
}

func (m *Model) torSettings() Section {
	tor := PageRow{
		ID: "set-tor", Kind: PageLink, Label: i18n.T("How Tor is reached"), Enabled: true, Action: Action{Kind: ActionAskTor},
		Value: i18n.T("Found by itself"),
	}
	switch {
	case m.torSet.Hand != "":
		tor.Value = i18n.T("One that you named")
	case len(m.torSet.Bridges) > 0:
		tor.Value = i18n.T("Through bridges")
	}
	return Section{Heading: i18n.T("Tor"), Rows: []PageRow{tor}}
}

// setSetting takes a choice.
func (m *Model) setSetting(_ page, id FieldID, value string) bool {
	on := value == SwitchOn
	number, err := strconv.Atoi(value)
	m.ChangeSettings(func(s *client.Settings) {
		switch id {
		case FieldIDLanguage:
			s.Language = value
		case FieldIDNotify:
			s.NoNotify = !on
		case FieldIDNotifyWho:
			s.NotifyWho = on
		case FieldIDLockAlong:
			s.StayOpen = !on
		case FieldIDBackground:
			s.Background = on
		case FieldIDCtrlEnter:
			s.SendWithCtrlEnter = on
		case FieldIDLockAfter:
			if err == nil {
				s.LockAfter = number
			}
			if number == client.DefaultLockAfter {
				s.LockAfter = 0
			}
		case FieldIDTextScale:
			if err == nil {
				s.TextScale = number
			}
		}
	})
	return true
}

// pressSettings takes back what lowers the protection. That can be undone, so
// it is not asked about.
func (m *Model) pressSettings(_ page, a Action) bool {
	switch a.Kind {
	case ActionSafeSettings:
		m.settings.undo = m.wanted()
		m.ChangeSettings(func(s *client.Settings) { *s = safer(*s) })
		m.toast(i18n.T("Everything that lowered your protection is taken back."),
			named(button(i18n.T("Undo"), Action{Kind: ActionUndoSettings}), i18n.T("Undo: leave the settings as they were")))
		return true
	}
	return false
}

// undoSafer brings back what pressSettings took.
func (m *Model) undoSafer() {
	was := m.settings.undo
	m.ChangeSettings(func(s *client.Settings) {
		s.NotifyWho, s.StayOpen, s.Background = was.NotifyWho, was.StayOpen, was.Background
		if locksLate(was) {
			s.LockAfter = was.LockAfter
		}
	})
}
