package model

import (
	"time"

	"hushwing/client"
)

// Model is the state of the screens. Make one with New. It is not safe for
// concurrent use: it lives on the window's goroutine.
type Model struct {
	do  func(client.Command)
	now func() time.Time
}

// New returns a Model that gives its commands to do, which must not block, and
// takes the time from now.
func New(do func(client.Command), now func() time.Time) *Model {
	return &Model{do: do, now: now}
}

// Apply takes an event of the client. Any order is survived; what is not
// expected is ignored.
func (m *Model) Apply(e client.Event) {}

// TakeChanges returns what changed since its last call.
func (m *Model) TakeChanges() Changes { return Changes{} }

// Ticking reports whether something on the screen counts down, so that Tick
// should be called once a second.
func (m *Model) Ticking() bool { return false }

// Tick brings what depends on the time up to date.
func (m *Model) Tick() {}

// Press does what a button asks for. An action whose button is not on the
// screen any more, or is disabled, does nothing.
func (m *Model) Press(a Action) {}

// SetField takes what was typed into a field, or the Value of a choice.
func (m *Model) SetField(id FieldID, text string) {}

// SetDraft takes what stands in the composer, at every change.
func (m *Model) SetDraft(text string) {}

// Send sends what stands in the composer (the same as Press(Composer.Send)).
func (m *Model) Send() {}

// Select opens a conversation.
func (m *Model) Select(p Peer) {}

// SelectNext moves the selection by n rows of the list (Alt+Up, Alt+Down).
func (m *Model) SelectNext(n int) {}

// MarkShown says that these rows of the open conversation, or all when none is
// named, are on the screen of a window that is visible and has the focus.
func (m *Model) MarkShown(rows ...string) {}

// Escape closes the topmost of dialog, details, check, conversation.
func (m *Model) Escape() {}

// Screen says what fills the window.
func (m *Model) Screen() Screen { return ScreenStarting }

// Starting returns the view of ScreenStarting.
func (m *Model) Starting() StartingView { return StartingView{} }

// Broken returns the view of ScreenBroken.
func (m *Model) Broken() BrokenView { return BrokenView{} }

// Unlock returns the view of ScreenUnlock.
func (m *Model) Unlock() UnlockView { return UnlockView{} }

// FirstRun returns the view of ScreenFirstRun.
func (m *Model) FirstRun() FirstRunView { return FirstRunView{} }

// Main returns the left pane of ScreenMain.
func (m *Model) Main() MainView { return MainView{} }

// Conversation returns the right pane of ScreenMain.
func (m *Model) Conversation() ConversationView { return ConversationView{} }

// Rows returns the rows of the open conversation, the newest last. The slice
// is only to be read, and only until the next call of a method of m.
func (m *Model) Rows() []Row { return nil }

// Check returns the view of the check.
func (m *Model) Check() CheckView { return CheckView{} }

// Details returns the technical details of the open conversation.
func (m *Model) Details() DetailsView { return DetailsView{} }

// Dialog returns the open dialog.
func (m *Model) Dialog() DialogView { return DialogView{} }
