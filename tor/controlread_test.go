package tor

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
)

func readAll(b []byte) (out []reply, err error) {
	r := bufio.NewReaderSize(bytes.NewReader(b), maxControlLine)
	for {
		one, err := readReply(r)
		if err != nil {
			return out, err
		}
		out = append(out, one)
	}
}

func TestReadReply(t *testing.T) {
	got, err := readAll([]byte("250-PROTOCOLINFO 1\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n" +
		"650 STATUS_CLIENT NOTICE CIRCUIT_ESTABLISHED\n" +
		"250+config-text=\r\nSocksPort 9050\r\n..\r\n.\r\n250 OK\r\n" +
		"650-A\r\n650 OK\r\n" +
		"510 Command filtered\r\n"))
	want := []reply{
		{250, []string{"PROTOCOLINFO 1", `VERSION Tor="0.4.9.11"`, "OK"}},
		{650, []string{"STATUS_CLIENT NOTICE CIRCUIT_ESTABLISHED"}},
		{250, []string{"config-text=", "OK"}},
		{650, []string{"A", "OK"}},
		{510, []string{"Command filtered"}},
	}
	if !reflect.DeepEqual(got, want) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%+v %v", got, err)
	}
	for name, bad := range map[string]string{
		"short": "25\r\n", "empty": "\r\n", "letters": "2x0 OK\r\n", "mark": "250_OK\r\n", "mixed": "250-A\r\n510 B\r\n",
		"endless line": strings.Repeat("2", maxControlLine+1), "endless reply": strings.Repeat("250-A\r\n", maxControlLines+1),
		"endless data": "250+A\r\n" + strings.Repeat("x\r\n", maxControlLines+1), "web": "HTTP/1.1 400 Bad Request\r\n\r\n",
	} {
		if got, err := readAll([]byte(bad)); len(got) != 0 || !errors.Is(err, errControl) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

func TestKeyValues(t *testing.T) {
	for s, want := range map[string]map[string]string{
		"":                  {},
		"a b=c":             {"a": "", "b": "c"},
		`A="x y" B= C=d`:    {"A": "x y", "B": "", "C": "d"},
		`A="\"\\\n\101\7z"`: {"A": "\"\\\nA\az"},
		`A="x`:              {}, // cut short
		`A="x\`:             {},
		`a="1"b="2"`:        {"a": "1", "b": "2"},
		`METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/run/tor/control.authcookie"`: {"METHODS": "COOKIE,SAFECOOKIE", "COOKIEFILE": "/run/tor/control.authcookie"},
	} {
		if got := keyValues(s); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q", s, got)
		}
	}
}

// FuzzControl: whatever listens on a control port may say, what is kept is
// bounded and printable, and what we would say in turn stays one line.
func FuzzControl(f *testing.F) {
	f.Add([]byte("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE=\"/x\\\"\\041\"\r\n250 OK\r\n"))
	f.Add([]byte("250-status/bootstrap-phase=WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY=\"Connecting to a relay\" WARNING=\"No route to host\" REASON=NOROUTE COUNT=11 RECOMMENDATION=warn HOSTID=\"?\" HOSTADDR=\"192.0.2.1:443\"\r\n250 OK\r\n"))
	f.Add([]byte("650 STATUS_GENERAL WARN CLOCK_SKEW SKEW=-90000 SOURCE=DIRSERV:192.0.2.1:80\r\n"))
	f.Add([]byte("650 NETWORK_LIVENESS DOWN\r\n650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"\r\n"))
	f.Add([]byte("250+a=\r\n.\r\n250 OK\r\n250-net/listeners/socks=\"127.0.0.1:9050\" \"unix:/x\"\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var facts facts
		replies, err := readAll(b)
		if err == nil {
			t.Error("no end")
		}
		for _, r := range replies {
			if len(r.lines) == 0 || len(r.lines) > maxControlLines || r.code > 999 {
				t.Errorf("%+v", r)
			}
			for _, l := range r.lines {
				facts.hear(l)
				facts.bootstrap(strings.TrimPrefix(l, "status/bootstrap-phase="))
				listens(l, Endpoint{Network: "tcp", Address: "127.0.0.1:9050"})
				for _, v := range keyValues(l) {
					if q, ok := controlQuote(v); ok {
						if back, rest, ok := controlValue(q); !ok || back != v || rest != "" {
							t.Errorf("%q is quoted as %q", v, q)
						}
						if strings.ContainsAny(q, "\r\n") {
							t.Errorf("%q", q)
						}
					}
				}
				for _, way := range (controlPlace{password: l}).ways(controlOffer{methods: []string{"HASHEDPASSWORD"}}) {
					if strings.ContainsAny(way, "\r\n") {
						t.Errorf("%q", way)
					}
				}
			}
			var s Status
			facts.tell(&s)
			for _, text := range []string{s.Warning, s.Progress.Tag, s.Progress.Summary} {
				if len(text) > maxLast+len("…") || strings.ContainsAny(text, "\n\r\x00") {
					t.Errorf("%q", text)
				}
			}
			if p := s.Progress.Percent; p < 0 || p > 100 || len(facts.failed) > 2*maxBridges || strings.Contains(s.Warning, "HOSTADDR") {
				t.Errorf("%+v", s)
			}
		}
	})
}

func TestFacts(t *testing.T) {
	problem := func(reason, advice string) string {
		return `STATUS_CLIENT WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting to a relay" WARNING="it says" REASON=` + reason + ` COUNT=11 RECOMMENDATION=` + advice + ` HOSTID="?" HOSTADDR="192.0.2.1:443"`
	}
	fifth := func(id string) string {
		return `STATUS_CLIENT WARN BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting to a relay" WARNING="Connection refused" REASON=CONNECTREFUSED COUNT=5 RECOMMENDATION=ignore HOSTID="` + id + `" HOSTADDR="192.0.2.1:443"`
	}
	const noRoute = "ORCONN $A FAILED REASON=NOROUTE NCIRCS=1 ID=7"
	const (
		begun = `STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting to a relay"`
		on    = `STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=10 TAG=conn_done SUMMARY="Connected to a relay"`
		done  = `STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"`
		skew  = `STATUS_GENERAL WARN CLOCK_SKEW SKEW=-90000 SOURCE=DIRSERV:192.0.2.1:80`
	)
	for name, c := range map[string]struct {
		said []string
		want Trouble
		skew time.Duration
	}{
		"nothing":                      {nil, NoTrouble, 0},
		"on its way":                   {[]string{begun}, NoTrouble, 0},
		"tor thinks nothing of it":     {[]string{begun, problem("NOROUTE", "ignore"), problem("CONNECTREFUSED", "ignore")}, NoTrouble, 0},
		"no route":                     {[]string{begun, problem("NOROUTE", "warn")}, NoNetwork, 0},
		"refused":                      {[]string{begun, problem("CONNECTREFUSED", "warn")}, Blocked, 0},
		"five times, the same relay":   {[]string{begun, fifth("1"), fifth("1"), fifth("1")}, NoTrouble, 0},
		"five times, three relays":     {[]string{begun, fifth("1"), fifth("2"), fifth("3")}, Blocked, 0},
		"not since it went on":         {[]string{begun, fifth("1"), fifth("2"), on, fifth("3")}, NoTrouble, 0},
		"the consensus is no clock":    {[]string{begun, skew, "STATUS_CLIENT NOTICE CONSENSUS_ARRIVED"}, ClockWrong, -25 * time.Hour},
		"silence":                      {[]string{begun, problem("TIMEOUT", "warn")}, Blocked, 0},
		"something else":               {[]string{begun, problem("RESOURCELIMIT", "warn")}, NoTrouble, 0},
		"no route before blocked":      {[]string{begun, problem("TIMEOUT", "warn"), problem("NOROUTE", "warn")}, NoNetwork, 0},
		"no way to one relay":          {[]string{begun, noRoute, noRoute}, NoTrouble, 0},
		"no way to any, at first":      {[]string{noRoute, noRoute, noRoute}, NoNetwork, 0},
		"no way to any, later":         {[]string{done, noRoute, noRoute, noRoute}, NoNetwork, 0},
		"a way again":                  {[]string{done, noRoute, noRoute, noRoute, "ORCONN $A CONNECTED"}, NoTrouble, 0},
		"another look does not mend":   {[]string{done, skew, noRoute, done}, ClockWrong, -25 * time.Hour},
		"goes on":                      {[]string{begun, problem("NOROUTE", "warn"), on}, NoTrouble, 0},
		"goes nowhere":                 {[]string{begun, problem("NOROUTE", "warn"), begun}, NoNetwork, 0},
		"down before it was ever up":   {[]string{begun, "NETWORK_LIVENESS DOWN"}, NoTrouble, 0},
		"down":                         {[]string{done, "NETWORK_LIVENESS DOWN"}, NoNetwork, 0},
		"up again":                     {[]string{done, "NETWORK_LIVENESS DOWN", "NETWORK_LIVENESS UP"}, NoTrouble, 0},
		"behind":                       {[]string{begun, skew}, ClockWrong, -25 * time.Hour},
		"ahead":                        {[]string{begun, "STATUS_GENERAL WARN CLOCK_SKEW SKEW=+7200 SOURCE=CONSENSUS"}, ClockWrong, 2 * time.Hour},
		"any relay's word":             {[]string{begun, "STATUS_GENERAL NOTICE CLOCK_SKEW SKEW=7200 SOURCE=OR:192.0.2.1:443"}, NoTrouble, 0},
		"no number":                    {[]string{begun, "STATUS_GENERAL WARN CLOCK_SKEW SKEW=much SOURCE=CONSENSUS"}, ClockWrong, 0},
		"too great a number":           {[]string{begun, "STATUS_GENERAL WARN CLOCK_SKEW SKEW=9223372036854775807"}, ClockWrong, 0},
		"a wrong clock before all":     {[]string{begun, problem("NOROUTE", "warn"), skew}, ClockWrong, -25 * time.Hour},
		"while bootstrapping":          {[]string{begun, problem("CLOCK_SKEW", "warn")}, ClockWrong, 0},
		"the amount is not forgotten":  {[]string{begun, skew, problem("CLOCK_SKEW", "warn")}, ClockWrong, -25 * time.Hour},
		"somebody has set it":          {[]string{begun, skew, "STATUS_GENERAL NOTICE CLOCK_JUMPED TIME=90000"}, NoTrouble, 0},
		"it works all the same":        {[]string{begun, skew, done}, NoTrouble, 0},
		"it works again":               {[]string{done, skew, "STATUS_CLIENT NOTICE CIRCUIT_ESTABLISHED"}, NoTrouble, 0},
		"what was never heard of":      {[]string{"STATUS_SERVER WARN X", "STATUS_GENERAL WARN BUG", "", "STATUS_CLIENT", "STATUS_CLIENT WARN BOOTSTRAP"}, NoTrouble, 0},
		"a percentage that is not one": {[]string{"STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=101 TAG=x SUMMARY=\"X\""}, NoTrouble, 0},
	} {
		var f facts
		for _, s := range c.said {
			f.hear(s)
		}
		var s Status
		f.tell(&s)
		if s.Trouble != c.want || s.Skew != c.skew || s.Progress.Trouble != c.want || s.Progress.Skew != c.skew {
			t.Errorf("%s: %+v", name, s)
		}
		if (s.Warning == "") != (c.want == NoTrouble || strings.Contains(name, "down")) || strings.Contains(s.Warning, "192.0.2.1:443") {
			t.Errorf("%s: the warning is %q", name, s.Warning)
		}
	}
}

// TestUnreachable: which bridges have failed since something went on.
func TestUnreachable(t *testing.T) {
	var f facts
	for i, c := range []struct {
		said string
		want int
	}{
		{"ORCONN $AAAA~bridge LAUNCHED ID=1", 0},
		{"ORCONN $AAAA~bridge FAILED REASON=CONNECTREFUSED NCIRCS=1 ID=1", 1},
		{"ORCONN $AAAA FAILED REASON=TIMEOUT ID=2", 1},
		{"ORCONN 192.0.2.1:443 FAILED ID=3", 2},
		{`STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=10 TAG=conn_done SUMMARY="Connected to a relay"`, 0},
		{"ORCONN", 0},
		{"ORCONN $AAAA FAILED", 1},
		{"ORCONN $BBBB LAUNCHED ID=4", 1},
		{"ORCONN $BBBB LAUNCHED ID=5", 2}, // the first must have failed
		{"ORCONN $CCCC LAUNCHED ID=6", 2},
		{"ORCONN $CCCC CONNECTED ID=6", 2},
		{"ORCONN $CCCC LAUNCHED ID=7", 2},
	} {
		if f.hear(c.said); len(f.failed) != c.want {
			t.Errorf("%d: %v", i, f.failed)
		}
	}
	for i := range 300 {
		f.hear(fmt.Sprintf("ORCONN $%d LAUNCHED", i))
		f.hear(fmt.Sprintf("ORCONN $F%d FAILED", i))
	}
	if len(f.failed) > 2*maxBridges {
		t.Error(len(f.failed))
	}
}

// TestListens: is this control port that of the Tor in use?
func TestListens(t *testing.T) {
	list := `"127.0.0.1:9050" "unix:/run/tor/socks" "0.0.0.0:9052" "unix:/a b"`
	for e, want := range map[Endpoint]bool{
		{Network: "tcp", Address: "127.0.0.1:9050"}:  true,
		{Network: "tcp", Address: "127.0.0.1:9052"}:  true,
		{Network: "tcp", Address: "127.0.0.1:9150"}:  false,
		{Network: "unix", Address: "/run/tor/socks"}: true,
		{Network: "unix", Address: "/a b"}:           true,
		{Network: "unix", Address: "/a"}:             false,
	} {
		if listens(list, e) != want {
			t.Errorf("%v: %v", e, !want)
		}
	}
	if listens("", Endpoint{Network: "tcp", Address: "127.0.0.1:9050"}) {
		t.Error("an empty list")
	}
}
