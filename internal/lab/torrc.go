package lab

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// Seconds between attempts at a first consensus, between consensuses, and the
// voting delays. The first and the last are Tor's least. In a testing network
// the time period of onion services is 24 intervals: with a short interval it
// would end during a test, and clients and services that do not agree on the
// period look for each other in vain.
const (
	firstVoting = 5
	voting      = 300
	votingDelay = 2
)

// noVoting is the interval of a new network until it is time to vote: Tor's
// greatest.
const noVoting = 1800

// processTorrc has what every Tor that the lab runs needs as a process.
func (n *network) processTorrc(name string) string {
	return fmt.Sprintf(`DataDirectory %s
Log notice file %s
RunAsDaemon 0
ShutdownWaitLength 0
AvoidDiskWrites 1
__OwningControllerProcess %d
ProtocolWarnings 1
`, n.slot.path(name), n.run.Path(name+".log"), os.Getpid())
}

// memberTorrc makes a Tor one of this network's. Circuits on loopback take
// milliseconds: a Tor that learns from them gives up, on a busy machine, those
// that take a second, and takes the onion services behind them for dead for
// two minutes. What guards against those who run many relays, and what uses two
// circuits for one, asks for more relays than there are here: circuits then fail
// for want of one that is allowed.
func (n *network) memberTorrc() string {
	return fmt.Sprintf(`TestingTorNetwork 1
PathsNeededToBuildCircuits 0.67
LearnCircuitBuildTimeout 0
CircuitBuildTimeout 10
VanguardsLiteEnabled 0
ConfluxEnabled 0
GeoIPFile %[1]s
GeoIPv6File %[1]s
`, n.run.Path("empty")) + n.authorities
}

// clientTorrc makes a Tor a client of this network. Bound to a loopback address
// it cannot leave the machine, whatever it is told.
func (n *network) clientTorrc() string {
	return n.memberTorrc() + fmt.Sprintf(`OutboundBindAddress %s.0.200
ClientRejectInternalAddresses 0
ClientDNSRejectInternalAddresses 0
UseEntryGuards 1
`, n.slot.net)
}

// relayTorrc has the options of relays and authorities. All are exits. The
// policy has to say "accept *:*": clients see only its summary, which leaves
// out any rule for less than the whole Internet. Nothing leaves this machine
// all the same, as a socket bound to a loopback address reaches loopback only.
//
// They make no circuits of their own in advance: one that goes by a relay that does
// not listen yet has that relay shunned, see checkWays.
//
// The contact is another one at each start. Authorities that know a relay from a
// start before take no descriptor that differs in its time alone (within two
// hours), and go on counting how long the relay was up from the old one: who is
// stable, and so a guard, is then a matter of chance.
func (n *network) relayTorrc(name, addr string) string {
	return n.memberTorrc() + fmt.Sprintf(`Nickname %[1]s
ContactInfo lab, started %[4]d
Address %[2]s
ORPort %[2]s:9001
SocksPort 0
AssumeReachable 1
ExitRelay 1
OutboundBindAddress %[2]s
ExitPolicy accept *:*
ExitPolicyRejectPrivate 0
ServerDNSResolvConfFile %[3]s
ServerDNSDetectHijacking 0
ServerDNSAllowBrokenConfig 1
DoSCircuitCreationEnabled 0
DoSConnectionEnabled 0
__DisablePredictedCircuits 1
NumCPUs 1
`, name, addr, n.run.Path("resolv.conf"), time.Now().UnixNano())
}

// authorityTorrc: only the authorities are guards, because clients fetch the
// directory from their guards, and other relays get it a good while later.
func (n *network) authorityTorrc(addr string, interval, offset int) string {
	return fmt.Sprintf(`DirPort %s:9030
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
TestingV3AuthInitialVotingInterval %d seconds
TestingV3AuthInitialVoteDelay %[4]d seconds
TestingV3AuthInitialDistDelay %[4]d seconds
TestingV3AuthVotingStartOffset %[5]d
V3AuthVotingInterval %[3]d seconds
V3AuthVoteDelay %[4]d seconds
V3AuthDistDelay %[4]d seconds
AuthDirTestReachability 0
TestingDirAuthVoteExit *
TestingDirAuthVoteGuard %[6]s
TestingDirAuthVoteGuardIsStrict 1
TestingDirAuthVoteHSDir *
TestingMinExitFlagThreshold 0
AuthDirHasIPv6Connectivity 0
`, addr, interval, voting, votingDelay, offset, strings.Join(n.guards, ","))
}

// controlTorrc gives a Tor its control socket.
func (n *network) controlTorrc(name string) string {
	return fmt.Sprintf(`ControlPort unix:%s
CookieAuthentication 1
CookieAuthFile %s
`, n.run.Path(name+".control"), n.run.Path(name+".cookie"))
}

// openControlTorrc adds to the client's control socket what Tors of other
// systems have: a TCP port, and a password.
func (n *network) openControlTorrc() string {
	return "ControlPort 127.0.0.1:auto\nHashedControlPassword " + hashPassword(ControlPassword) + "\n"
}

// socksTorrc: the TCP port is like that of a system's Tor, the socket says more
// (ExtendedErrors), like that of a Tor that a program runs for itself.
func (n *network) socksTorrc() string {
	return fmt.Sprintf(`SocksPort 127.0.0.1:auto
SocksPort unix:%s ExtendedErrors RelaxDirModeCheck
`, n.run.Path("socks"))
}
