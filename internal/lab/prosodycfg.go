package lab

import (
	_ "embed"
	"fmt"
	"os"
	"os/user"
	"strings"
	"time"
)

//go:embed plugins/mod_lab_tap.lua
var tapPlugin []byte

// ServerOptions are what a real server may be configured to. The zero value is
// a well kept server.
type ServerOptions struct {
	NoRegistration bool // in-band registration is not offered
	NoTLS          bool // 5222 neither offers nor wants STARTTLS, and 5223 is closed
	NoSCRAM        bool // PLAIN alone
	NoPlus         bool // no SCRAM that is bound to the connection
	Form           bool // registration wants an e-mail address besides name and password
	SHA256         bool // new accounts get SCRAM-SHA-256 instead of Debian's SCRAM-SHA-1; older ones cannot sign in
	TLS12          bool // TLS 1.2 alone, with which Prosody 0.12 has channel binding
	TLS13          bool // TLS 1.3 alone, with which it has none

	Resume time.Duration // how long it keeps a session that broke off, in whole seconds; 0: a minute
}

// config is Prosody's configuration file. There is no federation, so it has no
// name to look up; its resolver is tied to the lab's name server all the same.
func (p *Prosody) config(o ServerOptions) (string, error) {
	me, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("lab: %w", err)
	}
	modules := []string{"roster", "saslauth", "user_account_management", "disco", "posix", "carbons", "pep", "private", "blocklist", "vcard4", "vcard_legacy", "smacks", "ping", "time", "version", "lab_tap", "lab_crowd"}
	var b strings.Builder
	set := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	set("run_as_root = true") // root may run tests; otherwise it says nothing
	set("prosody_user = %q", me.Username)
	set("daemonize = false")
	set("data_path = %q", p.data)
	set("certificates = %q", p.papers.dir)
	set("plugin_paths = { %q }", p.run.Path("prosody", "plugins"))
	set("lab_tap_file = %q", p.tapFile)
	set("lab_crowd_address = %q lab_crowd_host = %q", p.addr, p.Domain())
	set("interfaces = { %q } local_interfaces = { %q } use_ipv6 = false", p.addr, p.addr)
	set("network_backend = \"epoll\"")
	set("unbound = { resolvconf = false; hoststxt = false; forward = { %q }; options = { [\"do-not-query-localhost:\"] = \"no\"; [\"local-zone:\"] = \"test. transparent\" } }", strings.Replace(p.dns, ":", "@", 1))
	set("log = { { levels = { min = \"info\" }; to = \"file\"; filename = %q } }", p.run.Path("prosody", "log"))
	set("storage = \"internal\"")
	set("limits = {}")
	set("smacks_hibernation_time = %d", keepSession(o.Resume))
	set("c2s_ports = { 5222 }")
	set("c2s_direct_tls_ports = { %s }", pick(o.NoTLS, "", "5223"))
	set("c2s_require_encryption = %v", !o.NoTLS)
	set("modules_disabled = { \"s2s\"; \"s2s_auth_certs\" }")
	if o.TLS12 {
		set("ssl = { protocol = \"tlsv1_2\" }")
	}
	if o.TLS13 {
		set("ssl = { protocol = \"tlsv1_3\" }")
	}
	if !o.NoTLS {
		modules = append(modules, "tls")
	}
	set("authentication = \"internal_hashed\"")
	set("password_hash = %q", pick(o.SHA256, "SHA-256", "SHA-1"))
	if o.NoSCRAM {
		set("disable_sasl_mechanisms = { \"DIGEST-MD5\"; \"SCRAM-SHA-1\"; \"SCRAM-SHA-1-PLUS\"; \"SCRAM-SHA-256\"; \"SCRAM-SHA-256-PLUS\" }")
		set("allow_unencrypted_plain_auth = true")
	}
	if o.NoPlus {
		set("disable_sasl_mechanisms = { \"DIGEST-MD5\"; \"SCRAM-SHA-1-PLUS\"; \"SCRAM-SHA-256-PLUS\" }")
	}
	set("allow_registration = %v", !o.NoRegistration)
	if !o.NoRegistration {
		modules = append(modules, "register_ibr")
	}
	if o.Form {
		set("additional_registration_fields = { \"email+\" }")
	}
	set("modules_enabled = { \"%s\" }", strings.Join(modules, `"; "`))
	for _, d := range p.domains() {
		set("VirtualHost %q", d)
	}
	return b.String(), nil
}

// keepSession is in seconds.
func keepSession(d time.Duration) int {
	if d == 0 {
		d = time.Minute
	}
	return int(d / time.Second)
}

func pick(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}

func (p *Prosody) writeConfig(o ServerOptions) error {
	text, err := p.config(o)
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.configFile(), []byte(text), 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return nil
}

func (p *Prosody) configFile() string { return p.run.Path("prosody", "prosody.cfg.lua") }
