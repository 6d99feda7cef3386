package journey

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"hushwing/client"
	"hushwing/internal/lab/child"
	"hushwing/otr"
)

// roleEnv makes the test binary a Remote's other end.
const roleEnv = "HUSHWING_JOURNEY_PROFILE"

// NetEnv names hushwing-net in a Remote's environment: it is to have the
// network, as in the built program. Without it a Remote has it itself.
const NetEnv = "HUSHWING_JOURNEY_NET"

// Main runs the tests, or, in a process that Remote started, a Person. Call it
// from TestMain with what runs the tests.
func Main(run func() int) int {
	dir := os.Getenv(roleEnv)
	if dir == "" {
		return run()
	}
	out, err := otr.Quiet()
	if err != nil {
		return 1
	}
	o := client.Options{Dir: dir}
	if err := inWorld(&o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if program := os.Getenv(NetEnv); program != "" {
		h, end, err := holder(program, dir)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer end()
		o.Tor.Holder = h
	}
	serve(Start(o), os.Stdin, out)
	return 0
}

// call is one line to the other process: a method of Person and its arguments.
type call struct {
	Do   string
	Args []string
}

// reply is the line that comes back.
type reply struct {
	Value string
	Texts []string
	Err   string
	Cause client.Cause
	State client.AccountState
}

// serve carries out calls until in ends, and closes the program then.
func serve(p *Person, in io.Reader, out io.Writer) {
	defer p.Close()
	enc := json.NewEncoder(out)
	for sc := bufio.NewScanner(in); sc.Scan(); {
		var c call
		if json.Unmarshal(sc.Bytes(), &c) != nil {
			return
		}
		r := p.carry(c)
		if enc.Encode(r) != nil {
			return
		}
	}
}

func (p *Person) carry(c call) (r reply) {
	arg := func(i int) string {
		if i < len(c.Args) {
			return c.Args[i]
		}
		return ""
	}
	num := func(i int) int { n, _ := strconv.Atoi(arg(i)); return n }
	var err error
	switch c.Do {
	case "create":
		err = p.Create(arg(0))
	case "unlock":
		err = p.Unlock(arg(0))
	case "lock":
		err = p.Lock()
	case "repassword":
		err = p.ChangePassword(arg(0), arg(1))
	case "destroy":
		err = p.Destroy()
	case "profile":
		r.Value, err = p.Profile()
	case "tor":
		err = p.TorReady()
	case "register":
		r.Value, err = p.Register(arg(0), arg(1), arg(2))
	case "online":
		err = p.Online(arg(0))
	case "goonline":
		p.GoOnline()
	case "gooffline":
		p.GoOffline()
	case "state":
		err = p.InState(client.AccountState(num(0)))
	case "standing":
		r.Value, r.State = p.Standing(), p.State()
	case "trytor":
		p.Client.Do(client.TryTor{})
	case "form":
		var f client.FormArrived
		if f, err = p.Form(arg(0), arg(1)); err == nil {
			r.Value = strconv.FormatUint(uint64(f.ID), 10)
		}
	case "cycle":
		var took time.Duration
		took, err = p.Cycle()
		r.Value = took.String()
	case "askform": // and goes on
		r.Value = strconv.FormatUint(uint64(p.AskForm(arg(0), arg(1))), 10)
	case "answered":
		_, err = p.Answered(client.CommandID(num(0)))
	case "trustnew":
		err = p.TrustNew(arg(0))
	case "submit":
		err = p.Submit(client.FormArrived{ID: client.CommandID(num(0)), Server: client.ServerChoice{Domain: arg(1)}}, arg(2), nil)
	case "drop":
		p.DropForm(client.CommandID(num(0)))
	case "signin":
		err = p.SignIn(arg(0), arg(1), arg(2))
	case "add":
		err = p.Add(arg(0))
	case "accept":
		err = p.Accept(arg(0))
	case "look":
		p.Look(arg(0))
	case "private":
		err = p.Private(arg(0))
	case "protected":
		err = p.Protected(arg(0), client.Protection(num(1)))
	case "say":
		r.Value, err = p.Say(arg(0), arg(1))
	case "marked":
		err = p.Marked(arg(0), client.Mark(num(1)))
	case "reads":
		err = p.Reads(arg(0), arg(1))
	case "begin":
		p.Begin()
	case "writes":
		err = p.Writes(arg(0), num(1))
	case "through":
		err = p.Through()
	case "arrived":
		err = p.Arrived(arg(0), num(1))
	case "texts":
		r.Texts = p.Texts(arg(0))
	case "ask":
		err = p.Ask(arg(0), arg(1), arg(2))
	case "answer":
		err = p.Answer(arg(0), arg(1), arg(2))
	case "checked":
		err = p.Checked(arg(0), client.CheckStage(num(1)))
	default:
		err = errors.New("no such call: " + c.Do)
	}
	if err != nil {
		r.Err, r.Cause = err.Error(), Cause(err)
	}
	return r
}

// Remote is a Person in a process of its own.
type Remote struct {
	t    testing.TB
	name string
	proc *child.Process
	in   io.WriteCloser
	out  *json.Decoder
	done bool
}

// Spawn starts a Remote: this very test binary, in its other role. env is added
// to the environment. The process ends with the test.
func Spawn(t testing.TB, name, dir string, env ...string) *Remote {
	t.Helper()
	return SpawnBy(t, child.Start, name, dir, env...)
}

// SpawnBy is Spawn where start starts the process: elsewhere, for one.
func SpawnBy(t testing.TB, start func(*exec.Cmd) (*child.Process, error), name, dir string, env ...string) *Remote {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(append(os.Environ(), env...), roleEnv+"="+dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	proc, err := start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	r := &Remote{t: t, name: name, proc: proc, in: in, out: json.NewDecoder(out)}
	t.Cleanup(r.Kill)
	return r
}

// PID is the process.
func (r *Remote) PID() int { return r.proc.Pid() }

// Do calls a method over there and fails the test if that fails.
func (r *Remote) Do(do string, args ...string) string {
	r.t.Helper()
	got, err := r.Try(do, args...)
	if err != nil {
		r.t.Fatalf("%s %s: %v", r.name, do, err)
	}
	return got.Value
}

// Standing is where the other process says that its only account stands, and all
// else in a line.
func (r *Remote) Standing() (client.AccountState, string) {
	r.t.Helper()
	got, err := r.Try("standing")
	if err != nil {
		r.t.Fatalf("%s standing: %v", r.name, err)
	}
	return got.State, got.Value
}

// Texts returns what somebody has written, in order.
func (r *Remote) Texts(address string) []string {
	r.t.Helper()
	got, err := r.Try("texts", address)
	if err != nil {
		r.t.Fatalf("%s texts: %v", r.name, err)
	}
	return got.Texts
}

// Call is Do without waiting for what comes of it. Nothing more can be called.
func (r *Remote) Call(do string, args ...string) {
	r.t.Helper()
	line, err := json.Marshal(call{Do: do, Args: args})
	if err == nil {
		_, err = r.in.Write(append(line, '\n'))
	}
	if err != nil {
		r.t.Fatalf("%s %s: %v", r.name, do, err)
	}
}

// Try is Do for what may fail.
func (r *Remote) Try(do string, args ...string) (reply, error) {
	line, err := json.Marshal(call{Do: do, Args: args})
	if err != nil {
		return reply{}, err
	}
	if _, err := r.in.Write(append(line, '\n')); err != nil {
		return reply{}, fmt.Errorf("the process is gone: %w", err)
	}
	var got reply
	if err := r.out.Decode(&got); err != nil {
		return reply{}, fmt.Errorf("the process is gone: %w", err)
	}
	if got.Err != "" {
		return got, errors.New(got.Err)
	}
	return got, nil
}

// Quit closes the program as a user does and waits for its process.
func (r *Remote) Quit() {
	r.t.Helper()
	if r.done {
		return
	}
	r.done = true
	_ = r.in.Close()
	<-r.proc.Done()
	if err := r.proc.Err(); err != nil {
		r.t.Errorf("%s: %v", r.name, err)
	}
}

// Kill ends the process at once, as a power cut does.
func (r *Remote) Kill() {
	if r.done {
		return
	}
	r.done = true
	r.proc.Stop(0)
}
