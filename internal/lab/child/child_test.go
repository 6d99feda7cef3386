package child_test

import (
	"errors"
	"os/exec"
	"testing"
	"time"

	"hushwing/internal/lab/child"
)

func TestStop(t *testing.T) {
	// It ignores SIGTERM, so that the grace has to end it.
	p, err := child.Start(exec.Command("sh", "-c", "trap '' TERM; while :; do sleep 1; done"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Err(); !errors.Is(err, child.ErrRunning) {
		t.Errorf("a running child's error is %v", err)
	}
	time.Sleep(100 * time.Millisecond)
	began := time.Now()
	p.Stop(200 * time.Millisecond)
	if took := time.Since(began); took < 150*time.Millisecond {
		t.Errorf("killed after %v already", took)
	}
	if p.Err() == nil {
		t.Error("a killed child ended well")
	}
	p.Stop(time.Second) // again does nothing
}

func TestStartFails(t *testing.T) {
	if _, err := child.Start(exec.Command("/nonexistent")); err == nil {
		t.Error("what does not exist was started")
	}
}

func TestEndsWell(t *testing.T) {
	p, err := child.Start(exec.Command("true"))
	if err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if err := p.Err(); err != nil {
		t.Error(err)
	}
}
