package story

import (
	"context"
	"fmt"
	"image"
	"image/draw"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"hushwing/internal/lab"
	"hushwing/internal/lab/child"
	"hushwing/internal/lab/screen"
	"hushwing/internal/lab/screen/atspi"
)

// Patience is how long a person waits for anything to happen in the window: longer
// than the program itself gives an onion service to answer.
const Patience = 150 * time.Second

// The size of a person's screen: there is room for the program's window, which
// lies in the corner, because no window manager runs.
const (
	width  = 1100
	height = 780
)

// Width and Height are those of a Picture: of the program's window without the
// edge that GTK draws around it where there is no window manager.
const (
	Width  = 1000
	Height = 680
	edge   = 5
)

// Person is somebody who sits before a screen of their own. It is for one
// goroutine.
type Person struct {
	Name     string
	Password string // of the profile
	Address  string // once it is made
	Home     string // their home folder; all that the program may write is below it
	Profile  string // the profile's folder, in Home
	Traces   []*Trace
	Retries  []string // what was said each time that "Try again" had to be pressed

	life    context.Context // when it ends, so does all waiting
	program string
	tor     []string // names the way to Tor, in the environment
	allowed []string // where Tor is
	watched bool
	keys    bool
	place   func(*exec.Cmd) (*child.Process, error)
	screen  *screen.Screen
	desk    *atspi.Desktop
	proc    *child.Process
	app     atspi.Node
	said    string // the file that takes what the program prints
}

// PersonOptions say who somebody is.
type PersonOptions struct {
	Name     string
	Password string
	Program  string   // path of hushwing
	Dir      string   // a private folder, for Home
	Lab      *lab.Lab // nil: no Tor; the program must not need one
	TorUnix  bool     // reach Tor over its socket in the file system, not its TCP port
	Watch    bool     // record each connection of the program: Traces
	Keys     bool     // they have a keyboard and nothing else

	// Place starts the program, on another computer say; nil: child.Start, here.
	Place func(*exec.Cmd) (*child.Process, error)
	// Environ, if not nil, is the environment there, with its way to Tor; of what
	// the lab says of that nothing is used then.
	Environ []string
}

// NewPerson gives somebody a screen and a home. Close takes both away. When ctx
// ends, whatever the person waits for fails.
func NewPerson(ctx context.Context, o PersonOptions) (_ *Person, err error) {
	p := &Person{
		Name: o.Name, Password: o.Password, Home: filepath.Join(o.Dir, strings.ToLower(o.Name)),
		life: ctx, program: o.Program, watched: o.Watch, keys: o.Keys, place: o.Place,
	}
	if p.place == nil {
		p.place = child.Start
	}
	p.Profile = filepath.Join(p.Home, "profile")
	p.said = filepath.Join(o.Dir, strings.ToLower(o.Name)+".said")
	switch {
	case o.Environ != nil:
		for _, v := range o.Environ {
			if name, _, _ := strings.Cut(v, "="); name == "PATH" || strings.HasPrefix(name, "TOR_") {
				p.tor = append(p.tor, v)
			}
		}
	case o.Lab == nil:
		p.tor = []string{"TOR_SOCKS_HOST=127.0.0.1", "TOR_SOCKS_PORT=1"}
	case o.TorUnix:
		p.tor, p.allowed = []string{"TOR_SOCKS_IPC_PATH=" + o.Lab.SocksUnix()}, []string{o.Lab.SocksUnix()}
	default:
		p.tor, p.allowed = o.Lab.Env(), []string{o.Lab.Socks()}
	}
	for _, dir := range []string{"config", "data", "cache", "state", "tmp"} {
		if err := os.MkdirAll(filepath.Join(p.Home, dir), 0o700); err != nil {
			return nil, fmt.Errorf("story: %w", err)
		}
	}
	if p.screen, err = screen.StartWith(ctx, screen.Options{Width: width, Height: height}); err != nil {
		return nil, err
	}
	if p.desk, err = atspi.Connect(p.screen.A11yAddress()); err != nil {
		return nil, fmt.Errorf("story: %w", p.closeAfter(err))
	}
	return p, nil
}

func (p *Person) closeAfter(err error) error {
	p.Close()
	return err
}

// Environ is the environment of the person's programs.
func (p *Person) Environ() []string {
	env := make([]string, 0, 64)
	for _, v := range p.screen.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if strings.HasPrefix(name, "TOR_") || strings.HasPrefix(name, "LC_") || strings.HasPrefix(name, "LANG") {
			continue
		}
		env = append(env, v)
	}
	return append(append(env, p.tor...),
		"LC_ALL=C.UTF-8",
		"HOME="+p.Home,
		"XDG_CONFIG_HOME="+filepath.Join(p.Home, "config"),
		"XDG_DATA_HOME="+filepath.Join(p.Home, "data"),
		"XDG_CACHE_HOME="+filepath.Join(p.Home, "cache"),
		"XDG_STATE_HOME="+filepath.Join(p.Home, "state"),
		"TMPDIR="+filepath.Join(p.Home, "tmp"),
	)
}

// Start starts the program and waits for its window.
func (p *Person) Start(ctx context.Context, args ...string) error {
	if p.Running() {
		return fmt.Errorf("story: %s’s program runs already", p.Name)
	}
	out, err := os.OpenFile(p.said, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("story: %w", err)
	}
	defer out.Close()
	args = append([]string{"--profile", p.Profile, "--title", p.Name + " · Hushwing"}, args...)
	cmd := exec.Command(p.program, args...)
	cmd.Env = p.Environ()
	cmd.Dir = p.Home
	cmd.Stdout, cmd.Stderr = out, out
	var trace *Trace
	if p.watched {
		if trace, err = Watch(cmd, filepath.Join(filepath.Dir(p.Home), fmt.Sprintf("%s-%d.trace", strings.ToLower(p.Name), len(p.Traces)+1))); err != nil {
			return err
		}
		trace.Allowed = append(p.sockets(), p.allowed...)
		trace.Own = filepath.Join(p.screen.RuntimeDir(), "hushwing")
	}
	if p.proc, err = p.place(cmd); err != nil {
		return fmt.Errorf("story: %w", err)
	}
	if trace != nil {
		p.Traces = append(p.Traces, trace.For(p.proc.Pid()))
	}
	return p.Attach(ctx, p.proc)
}

// Attach finds the window of a program that runs on the person's screen.
func (p *Person) Attach(ctx context.Context, proc *child.Process) (err error) {
	p.proc = proc
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	go func() {
		select {
		case <-proc.Done():
			cancel()
		case <-ctx.Done():
		}
	}()
	if p.app, err = p.desk.App(ctx, p.proc.Pid()); err != nil {
		return fmt.Errorf("story: %s’s program shows no window: %w\n%s", p.Name, err, p.Said())
	}
	_, err = p.app.FindQuery(ctx, atspi.Query{Role: "frame"})
	return err
}

// sockets are the ways to the person's screen and its buses.
func (p *Person) sockets() (all []string) {
	x := "/tmp/.X11-unix/X" + strings.TrimPrefix(p.screen.Display(), ":")
	all = append(all, x, "@"+x)
	for _, v := range p.screen.Env() {
		if name, value, _ := strings.Cut(v, "="); strings.HasSuffix(name, "BUS_ADDRESS") {
			all = append(all, strings.TrimPrefix(value, "unix:path="))
		}
	}
	return all
}

// Screen is the person's screen.
func (p *Person) Screen() *screen.Screen { return p.screen }

// Running reports whether the program runs.
func (p *Person) Running() bool {
	if p.proc == nil {
		return false
	}
	select {
	case <-p.proc.Done():
		return false
	default:
		return true
	}
}

// Ended waits until the program has ended by itself, and tells how.
func (p *Person) Ended() error {
	select {
	case <-p.proc.Done():
		return p.proc.Err()
	case <-time.After(Patience):
		return fmt.Errorf("story: %s’s program does not end", p.Name)
	}
}

// Kill ends the program at once.
func (p *Person) Kill() {
	if p.proc != nil {
		p.proc.Stop(0)
		p.proc = nil
	}
}

// Said is what the program printed.
func (p *Person) Said() string {
	b, _ := os.ReadFile(p.said)
	return string(b)
}

// Tree draws what a screen reader finds.
func (p *Person) Tree() string {
	if !p.Running() {
		if p.proc == nil {
			return p.Name + "’s program has not been started\n"
		}
		return fmt.Sprintf("%s’s program has ended: %v\n%s", p.Name, p.proc.Err(), p.Said())
	}
	return p.app.Dump()
}

// Strips are the lines that say how safe things are: the one over the contacts,
// and the one over the open conversation.
func (p *Person) Strips() (lines []string) {
	if !p.Running() {
		return nil
	}
	all, _ := p.app.All(atspi.Query{Role: "statusbar"})
	for _, n := range all {
		if name, err := n.Name(); err == nil && name != "" {
			lines = append(lines, name)
		}
	}
	return lines
}

// Picture is what is in the window, once it stands still.
func (p *Person) Picture() (*image.RGBA, error) {
	last, err := p.screen.Image()
	// What moves for ever, such as a bar, is taken as it is.
	for end := time.Now().Add(700 * time.Millisecond); err == nil && time.Now().Before(end); {
		time.Sleep(130 * time.Millisecond)
		var now *image.RGBA
		if now, err = p.screen.Image(); err == nil && string(now.Pix) == string(last.Pix) {
			break
		}
		last = now
	}
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(image.Rect(0, 0, Width, Height))
	draw.Draw(out, out.Bounds(), last, image.Pt(edge, edge), draw.Src)
	return out, nil
}

// Close ends the program and takes the screen away. The home stays.
func (p *Person) Close() {
	p.Kill()
	if p.desk != nil {
		p.desk.Close()
	}
	if p.screen != nil {
		_ = p.screen.Close()
	}
}
