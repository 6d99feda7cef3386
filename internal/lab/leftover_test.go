package lab_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hushwing/internal/lab"
)

// helperEnv makes this test binary a program that starts a lab and then ends in
// the way that the variable says.
const helperEnv = "LAB_TEST_HELPER"

func init() {
	how := os.Getenv(helperEnv)
	if how == "" {
		return
	}
	l, err := lab.Start(context.Background(), lab.Options{Prosody: true, Keys: os.Getenv(helperEnv + "_KEYS")})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if os.Getenv(helperEnv+"_EJABBERD") != "" {
		if _, err := l.Ejabberd(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	fmt.Println(filepath.Dir(l.SocksUnix()))
	switch how {
	case "panic":
		panic("on purpose")
	case "exit":
		os.Exit(7)
	}
	select {} // until it is killed
}

// running lists the processes whose command line holds text. The names of a
// lab's folders are in all of its children's.
func running(text string) (found []string) {
	all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range all {
		line, err := os.ReadFile(name)
		if err == nil && bytes.Contains(line, []byte(text)) {
			found = append(found, name+": "+string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		}
	}
	return found
}

// process is one that ran; its start tells it from a later one with its number.
type process struct{ pid, name, start string }

// processes lists all that run, by their parents.
func processes() map[string][]process {
	children := map[string][]process{}
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range all {
		line, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(line), "(")
		i := strings.LastIndex(rest, ") ")
		if f := strings.Fields(rest[i+1:]); len(f) > 19 {
			children[f[1]] = append(children[f[1]], process{filepath.Base(filepath.Dir(name)), rest[:i], f[19]})
		}
	}
	return children
}

// below lists what came from a process, grandchildren too.
func below(pid string) (found []process) {
	children := processes()
	for todo := []string{pid}; len(todo) > 0; todo = todo[1:] {
		for _, c := range children[todo[0]] {
			found, todo = append(found, c), append(todo, c.pid)
		}
	}
	return found
}

// alive lists those of ps that still run.
func alive(ps []process) (found []string) {
	for _, siblings := range processes() {
		for _, c := range siblings {
			if slices.Contains(ps, c) {
				found = append(found, c.pid+" "+c.name)
			}
		}
	}
	return found
}

// named counts the processes of that name.
func named(name string) (n int) {
	for _, siblings := range processes() {
		for _, c := range siblings {
			if c.name == name {
				n++
			}
		}
	}
	return n
}

func TestNothingIsLeftBehind(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tmp, err := os.MkdirTemp("", "hl-") // short, for the sockets in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(tmp) })
	keys, err := lab.KeptNetworks()
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range []string{"kill", "interrupt", "panic", "exit"} {
		t.Run(how, func(t *testing.T) {
			cmd := exec.Command(program)
			cmd.Env = append(os.Environ(), helperEnv+"="+how, helperEnv+"_KEYS="+keys, "TMPDIR="+tmp)
			waits := how == "kill"
			if waits { // ejabberd takes a while, and has helpers that are no children of ours
				cmd.Env = append(cmd.Env, helperEnv+"_EJABBERD=yes")
			}
			epmds := named("epmd")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = cmd.Process.Kill() })
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				_ = cmd.Wait()
				t.Fatalf("no lab: %v\n%s", err, stderr.String())
			}
			dir := strings.TrimSpace(line)
			var family []process
			if waits {
				family = below(strconv.Itoa(cmd.Process.Pid))
				if !slices.ContainsFunc(family, func(p process) bool { return p.name == "erl_child_setup" }) {
					t.Errorf("ejabberd's helpers were not found in %v", family)
				}
				if n := named("epmd"); n > epmds {
					t.Error("ejabberd started an epmd")
				}
			}
			switch how {
			case "kill":
				// The control: without it, no process found would prove nothing.
				if n := len(running(dir)); n < 10 {
					t.Errorf("a running lab has %d processes, want 8 of tor, Prosody and ejabberd", n)
				}
				if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
			case "interrupt":
				if err := cmd.Process.Signal(os.Interrupt); err != nil {
					t.Fatal(err)
				}
			}
			_ = cmd.Wait()
			var left []string
			for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
				if left = append(running(dir), alive(family)...); len(left) == 0 {
					break
				}
			}
			if len(left) > 0 {
				t.Errorf("left running: %s", strings.Join(left, "\n"))
			}
			if _, err := os.Stat(dir); err != nil {
				t.Fatalf("the folder was to be left for the next lab: %v", err)
			}

			// The next lab of the same user cleans up, however far it gets.
			t.Setenv("TMPDIR", tmp)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if l, err := lab.Start(ctx, lab.Options{}); err == nil {
				l.Close()
				t.Error("a lab started in a context that is over")
			}
			if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder of the dead lab is still there: %v", err)
			}
			if rest, _ := filepath.Glob(filepath.Join(tmp, "*")); len(rest) > 0 {
				t.Errorf("left in the temporary folder: %q", rest)
			}
		})
	}
}

// A folder whose owner lives is left alone.
func TestLiveFolderStays(t *testing.T) {
	l := lab.Shared(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if other, err := lab.Start(ctx, lab.Options{}); err == nil {
		other.Close()
	}
	if _, err := os.Stat(l.TorProgram()); err != nil {
		t.Error(err)
	}
}
