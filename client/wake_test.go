package client

import (
	"context"
	"testing"
	"time"

	"hushwing/otr"
	"hushwing/xmpp"
)

func TestSleeper(t *testing.T) {
	day := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	type step struct {
		wall, ran time.Duration
		slept     bool
	}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"nothing happens", []step{{0, 0, false}, {time.Second, time.Second, false}, {2 * time.Second, 2 * time.Second, false}}},
		{"the first tick after a long while", []step{{time.Hour, time.Hour, false}}},
		{"a busy computer", []step{{0, 0, false}, {9 * time.Second, 9 * time.Second, false}}},
		{"sleep, where the clock that runs stops", []step{{0, 0, false}, {time.Hour, time.Second, true}, {time.Hour + time.Second, 2 * time.Second, false}}},
		{"sleep, where it goes on", []step{{0, 0, false}, {time.Hour, time.Hour, true}, {time.Hour + time.Second, time.Hour + time.Second, false}}},
		{"a nap", []step{{0, 0, false}, {12 * time.Second, time.Second, true}}},
		{"the clock is put back", []step{{0, 0, false}, {-time.Hour, time.Second, false}, {-time.Hour + time.Second, 2 * time.Second, false}}},
		{"the clock is set by little", []step{{0, 0, false}, {5 * time.Second, time.Second, false}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s sleeper
			for i, x := range c.steps {
				if got := s.slept(day.Add(x.wall), x.ran); got != x.slept {
					t.Errorf("tick %d: %v", i, got)
				}
			}
		})
	}
}

// TestAwoken: whatever an account was waiting for, it does not wait any longer
// than the computer has slept; and an account that is not to try does not.
func TestAwoken(t *testing.T) {
	a, _ := testAccount(t)
	later := time.Now().Add(time.Hour)
	for _, c := range []struct {
		name  string
		state state
		goes  bool
	}{
		{"a pause", &failed{problem: Problem{Cause: ServerHangs, Retry: RetryLater}, next: later}, true},
		{"a moment of its own", &startingSoon{at: later}, true},
		{"after a broken connection", &resuming{cancel: func() {}}, true},
		{"on its way", &connecting{cancel: func() {}}, true},
		{"at the certificate", &securing{cancel: func() {}}, true},
		{"signing in", &authenticating{cancel: func() {}}, true},
		{"being looked for", &resolving{cancel: func() {}}, true},
		{"a wrong password", &failed{problem: Problem{Cause: SignInWrongPassword, Retry: RetryNow}}, false},
		{"offline", &offline{}, false},
		{"without Tor", &waitingForTor{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a.state, a.failures, a.sleeper = c.state, 7, sleeper{}
			a.handle(tick{now: time.Now()})
			if a.state != c.state || a.failures != 7 {
				t.Fatal("it does not wait")
			}
			wallAhead.Store(int64(time.Hour))
			defer wallAhead.Store(0)
			a.handle(tick{now: time.Now()})
			_, went := a.state.(*waitingForTor) // there is none here: as far as it gets
			if went != c.goes && c.name != "without Tor" || a.failures != 0 {
				t.Errorf("in %T after %d failures", a.state, a.failures)
			}
		})
	}
	a.letGo()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a.disk.run(ctx)
}

// TestCoreAwoken: nor is Tor waited for any longer.
func TestCoreAwoken(t *testing.T) {
	k, _ := testCore(t)
	k.torTry = func() {} // it is not really looked for
	k.began = time.Now()
	k.torNext = k.began.Add(time.Hour)
	k.tick(k.began)
	k.tick(k.began.Add(time.Second))
	if k.torNext.IsZero() {
		t.Fatal("it does not wait")
	}
	wallAhead.Store(int64(time.Minute))
	defer wallAhead.Store(0)
	k.tick(k.began.Add(2 * time.Second))
	if !k.torNext.IsZero() {
		t.Error("it still waits")
	}
}

// TestExpire: what the server will have forgotten is let go, but not while it is
// being asked for: if the server goes on after all, the chats have to be there.
func TestExpire(t *testing.T) {
	a, _ := testAccount(t)
	for _, c := range []struct {
		state state
		keeps bool
	}{
		{&failed{}, false},
		{&connecting{cancel: func() {}}, false},
		{&waitingForTor{}, false},
		{&authenticating{cancel: func() {}}, true},
	} {
		a.state, a.kept = c.state, &kept{left: &xmpp.Leftover{}} // of long ago
		if a.expire(time.Now()); (a.kept != nil) != c.keeps {
			t.Errorf("%T: kept %v", c.state, a.kept != nil)
		}
	}
}

// TestBreakDoesNotCount: a program that confirms is not taken for silent, nor a
// text for lost, because there was no connection; what was before what stays so.
func TestBreakDoesNotCount(t *testing.T) {
	a, _ := testAccount(t)
	c := a.chats["ben@example.test"]
	now, pause := time.Now(), 5*time.Minute
	before := now.Add(-pause - 5*time.Second)
	v := &otr.Conversation{}
	u := &talk{hushwing: true, private: before.Add(-time.Minute), heard: before}
	o := &outText{chat: c, sealedIn: v, at: before, overtaken: before}
	a.out = []*outText{o}
	put(&c.talks, v, u)
	put(&c.there, "ben@example.test/b", presence{at: before.Add(time.Second)})
	if !o.missing(u, now) {
		t.Fatal("the test shows nothing")
	}
	a.sitOut(pause)
	if o.missing(u, now) {
		t.Error("the break counts")
	}
	if !o.missing(u, now.Add(silentWait)) {
		t.Error("after the break nothing counts")
	}
	if !o.had.IsZero() || !u.over.IsZero() {
		t.Error("what has not been has a time")
	}
	if !c.there["ben@example.test/b"].at.After(o.at) || !u.private.Before(o.at) || u.heard.After(o.at) {
		t.Error("the order of things is another")
	}
}
