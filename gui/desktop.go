package gui

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"hushwing/gui/model"
)

// desktop is what the window says to the desktop, and hears from it: notifications,
// that it was locked, that the computer goes to sleep. Calls leave in their order on
// a goroutine of their own, so that a desktop that hangs holds up nobody.
type desktop struct {
	bus   *dbus.Conn // of the session
	calls chan func()
	heard func(deskEvent) // on any goroutine

	ids  map[string]uint32 // the desktop's names of what it shows, by tag
	tags map[uint32]string
}

// deskEvent is what the desktop says.
type deskEvent struct {
	lock    bool   // it was locked, or the computer goes to sleep
	clicked bool   // the notification with this tag
	gone    bool   // it is not shown any more
	tag     string // of clicked and gone
	token   string // with clicked: lets the window come to the front
}

// busPatience bounds how long a bus may take to answer at the start.
const busPatience = 2 * time.Second

// The bus names that the cage's filter knows (see package cage).
const (
	notesName = "org.freedesktop.Notifications"
	notesPath = "/org/freedesktop/Notifications"
)

// reached are the buses that Connect found: they have to be there before the
// program gives up new connections, which is before it knows whether it needs them.
var reached struct{ session, system *dbus.Conn }

// reachBuses connects to the buses that the environment names.
func reachBuses() {
	if reached.session == nil {
		reached.session = reach(os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	}
	if reached.system == nil { // only where one was put there for us: it is filtered
		reached.system = reach(os.Getenv("DBUS_SYSTEM_BUS_ADDRESS"))
	}
}

// reach connects to a bus; nil: it does not answer.
func reach(address string) *dbus.Conn {
	if address == "" {
		return nil
	}
	done := make(chan *dbus.Conn, 1)
	go func() {
		c, err := dbus.Connect(address)
		if err != nil {
			c = nil
		}
		done <- c
	}()
	select {
	case c := <-done:
		return c
	case <-time.After(busPatience):
		return nil
	}
}

// newDesktop listens to the buses that were reached; nil: there is none.
func newDesktop(session, system *dbus.Conn, heard func(deskEvent)) *desktop {
	if session == nil && system == nil {
		return nil
	}
	d := &desktop{
		bus: session, calls: make(chan func(), 64), heard: heard,
		ids: map[string]uint32{}, tags: map[uint32]string{},
	}
	d.listen(session, [][2]string{
		{notesName, "ActionInvoked"},
		{notesName, "NotificationClosed"},
		{notesName, "ActivationToken"},
		{"org.freedesktop.ScreenSaver", "ActiveChanged"},
		{"org.gnome.ScreenSaver", "ActiveChanged"},
		{"org.cinnamon.ScreenSaver", "ActiveChanged"},
		{"org.mate.ScreenSaver", "ActiveChanged"},
		{"org.xfce.ScreenSaver", "ActiveChanged"},
	})
	d.listen(system, [][2]string{
		{"org.freedesktop.login1.Manager", "PrepareForSleep"},
		{"org.freedesktop.login1.Session", "Lock"},
	})
	go func() {
		for f := range d.calls {
			f()
		}
	}()
	return d
}

// listen hears of some signals until the bus has gone, which closes the channel.
func (d *desktop) listen(c *dbus.Conn, which [][2]string) {
	if c == nil {
		return
	}
	signals := make(chan *dbus.Signal, 64)
	c.Signal(signals)
	go d.hear(signals)
	for _, s := range which {
		// without waiting for the answer: who says no says nothing else either
		c.BusObject().Go("org.freedesktop.DBus.AddMatch", dbus.FlagNoReplyExpected, nil,
			"type='signal',interface='"+s[0]+"',member='"+s[1]+"'")
	}
}

// hear passes on what the buses say. What they say of notifications is sorted where
// these are sent.
func (d *desktop) hear(signals <-chan *dbus.Signal) {
	token := ""
	for s := range signals {
		_, member, _ := cutLast(s.Name)
		switch member {
		case "Lock":
			d.heard(deskEvent{lock: true})
		case "ActiveChanged", "PrepareForSleep":
			if len(s.Body) == 1 && s.Body[0] == true {
				d.heard(deskEvent{lock: true})
			}
		case "ActivationToken":
			if len(s.Body) == 2 {
				token, _ = s.Body[1].(string)
			}
		case "ActionInvoked", "NotificationClosed":
			if len(s.Body) != 2 {
				continue
			}
			id, _ := s.Body[0].(uint32)
			e := deskEvent{clicked: member == "ActionInvoked", gone: member == "NotificationClosed", token: token}
			token = ""
			d.do(func() {
				if e.tag = d.tags[id]; e.tag == "" {
					return // another program's
				}
				if e.gone {
					delete(d.tags, id)
					delete(d.ids, e.tag)
				}
				d.heard(e)
			})
		}
	}
}

// do has f done on the desktop's goroutine. Where that is stuck it is dropped:
// notifications are the least of what a desktop that hangs has lost.
func (d *desktop) do(f func()) {
	select {
	case d.calls <- f:
	default:
	}
}

// notify shows a notification, or takes another one's place. It has no sound, no
// text, and no picture but the program's.
func (d *desktop) notify(n model.Notification) {
	if d == nil || d.bus == nil {
		return
	}
	d.do(func() {
		hints := map[string]dbus.Variant{
			"suppress-sound": dbus.MakeVariant(true),
			"desktop-entry":  dbus.MakeVariant("hushwing"),
			"category":       dbus.MakeVariant("im.received"),
			"urgency":        dbus.MakeVariant(byte(1)),
		}
		var id uint32
		ctx, cancel := context.WithTimeout(context.Background(), busPatience)
		defer cancel()
		err := d.bus.Object(notesName, notesPath).CallWithContext(ctx, notesName+".Notify", 0,
			programName, d.ids[n.Tag], installedIcon, n.Title, "", []string{"default", n.Open}, hints, int32(-1)).Store(&id)
		if err != nil {
			return
		}
		delete(d.tags, d.ids[n.Tag])
		d.ids[n.Tag], d.tags[id] = id, n.Tag
	})
}

// withdraw takes a notification back.
func (d *desktop) withdraw(tag string) {
	if d == nil || d.bus == nil {
		return
	}
	d.do(func() {
		id, shown := d.ids[tag]
		if !shown {
			return
		}
		delete(d.ids, tag)
		delete(d.tags, id)
		ctx, cancel := context.WithTimeout(context.Background(), busPatience)
		defer cancel()
		_ = d.bus.Object(notesName, notesPath).CallWithContext(ctx, notesName+".CloseNotification", 0, id)
	})
}

// settle waits until what was asked for has been said, for a moment.
func (d *desktop) settle(patience time.Duration) {
	if d == nil {
		return
	}
	said := make(chan struct{})
	d.do(func() { close(said) })
	select {
	case <-said:
	case <-time.After(patience):
	}
}

func cutLast(name string) (before, after string, found bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}
