package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// Bridge is an obfs4 bridge of the lab's network, which no directory knows.
type Bridge struct {
	Line        string // as people paste it: "obfs4 127.N.0.50:9443 FINGERPRINT cert=… iat-mode=0"
	Plain       string // the same bridge without obfs4
	Fingerprint string // 40 hex digits
}

// The file that obfs4proxy writes for the one who runs the bridge.
var bridgeLine = regexp.MustCompile(`(?m)^Bridge obfs4 .*(cert=\S+ iat-mode=\d)$`)

// StartBridge starts the bridge and waits until it can serve. It lasts until
// Close. Error: *MissingError where there is no obfs4proxy.
func (l *Lab) StartBridge(ctx context.Context) (*Bridge, error) {
	const name = "bridge"
	p, err := lookPrograms(false)
	if err != nil {
		return nil, err
	}
	proxy, err := exec.LookPath("obfs4proxy")
	if err != nil {
		return nil, &MissingError{Program: "obfs4proxy", Package: "obfs4proxy"}
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	n, addr := l.network, l.slot.net+".0.50"
	if err := n.startTor(p, name, n.processTorrc(name)+n.memberTorrc()+n.controlTorrc(name)+bridgeTorrc(addr, proxy)); err != nil {
		return nil, err
	}
	c, err := dialControl(ctx, n.run.Path(name+".control"), n.run.Path(name+".cookie"))
	if err != nil {
		return nil, fmt.Errorf("%w%s", err, n.lastWords(name))
	}
	defer c.close()
	if err := c.bootstrapped(ctx, nil); err != nil {
		return nil, fmt.Errorf("%w%s", err, n.lastWords(name))
	}
	b := &Bridge{}
	if b.Fingerprint, err = c.get(ctx, "fingerprint"); err != nil {
		return nil, err
	}
	b.Plain = addr + ":9001 " + b.Fingerprint
	for {
		text, err := os.ReadFile(n.slot.path(name, "pt_state", "obfs4_bridgeline.txt"))
		if found := bridgeLine.FindSubmatch(text); found != nil {
			b.Line = fmt.Sprintf("obfs4 %s:9443 %s %s", addr, b.Fingerprint, found[1])
			return b, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("lab: no obfs4 bridge: %w (%w)%s", ctx.Err(), err, n.lastWords(name))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func bridgeTorrc(addr, proxy string) string {
	return strings.ReplaceAll(`Nickname bridge
BridgeRelay 1
PublishServerDescriptor 0
Address ADDR
ORPort ADDR:9001
SocksPort 0
AssumeReachable 1
ExitPolicy reject *:*
OutboundBindAddress ADDR
ExtORPort auto
ServerTransportListenAddr obfs4 ADDR:9443
DoSCircuitCreationEnabled 0
DoSConnectionEnabled 0
NumCPUs 1
`, "ADDR", addr) + "ServerTransportPlugin obfs4 exec " + proxy + "\n"
}

// AskAt says one command on the control socket of any Tor, opened by a cookie,
// and returns the reply's lines.
func AskAt(ctx context.Context, socket, cookie, command string) ([]string, error) {
	c, err := tryControl(ctx, socket, cookie)
	if err != nil {
		return nil, err
	}
	defer c.close()
	return c.do(ctx, command)
}
