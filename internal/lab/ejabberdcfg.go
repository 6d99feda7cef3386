package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// config is ejabberd's configuration file. What this version of it does when it
// is asked for nothing is kept, but for what would look elsewhere: no
// certificates are fetched (ACME), no other server is spoken to, and nobody is
// shut out by address (mod_fail2ban), since all who come by Tor have the same.
func (e *Ejabberd) config() string {
	o := e.options
	var b strings.Builder
	set := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	list := func(items []string) string {
		quoted := make([]string, len(items))
		for i, s := range items {
			quoted[i] = fmt.Sprintf("%q", s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	var certs []string
	for _, d := range e.domains() {
		certs = append(certs, e.papers.certFile(d), e.papers.keyFile(d))
	}

	set("loglevel: warning")
	set("hosts: %s", list(e.domains()))
	set("certfiles: %s", list(certs))
	set("acme: { auto: false }")
	set("auth_password_format: scram")
	set("auth_scram_hash: sha256")
	set("disable_sasl_mechanisms: %s", list(append([]string{"digest-md5", "X-OAUTH2"}, o.NoMechanisms...)))
	set("registration_timeout: infinity")
	set("s2s_access: none")
	set("acl: { closed: { user: %s }, nobody: { user: [] } }", list(o.Closed))
	set("access_rules: { c2s: [ { deny: closed }, { allow: all } ], register: %s }", pick(o.NoRegistration, "[ { allow: nobody } ]", "[ { allow: all } ]"))
	set("listen:")
	for i, without := range []string{"", "no_tlsv1_3", "no_tlsv1_2"} { // see openDoors
		inner, options := 5300+100*i, []string{"no_sslv3", "no_tlsv1", "no_tlsv1_1"}
		if without != "" {
			options = append(options, without)
		}
		set("  - { port: %d, ip: %q, module: ejabberd_c2s, starttls_required: true, access: c2s, protocol_options: %s }", inner+22, e.addr, list(options))
		set("  - { port: %d, ip: %q, module: ejabberd_c2s, tls: true, access: c2s, protocol_options: %s }", inner+23, e.addr, list(options))
	}
	set("  - { port: 5280, ip: %q, module: ejabberd_http, request_handlers: { /api: mod_http_api } }", e.addr)
	set("api_permissions: { lab: { who: { ip: 127.0.0.0/8 }, what: [ register, reload_config ] } }")
	set("modules:")
	for _, m := range []string{"mod_blocking", "mod_caps", "mod_carboncopy", "mod_disco", "mod_http_api", "mod_last", "mod_offline", "mod_ping", "mod_privacy", "mod_private", "mod_pubsub", "mod_roster", "mod_vcard", "mod_version"} {
		set("  %s: {}", m)
	}
	set("  mod_stream_mgmt: { resume_timeout: %d }", keepSession(o.Resume))
	if !o.NoRegistration {
		set("  mod_register: { ip_access: all, access: register, password_strength: 0, captcha_protected: %t }", o.Puzzle)
	}
	if e.puzzler != nil {
		set("captcha_cmd: %q", e.puzzler.command())
		set("captcha_url: %q", "http://"+e.Domain()+"/captcha") // where nobody is
	}
	return b.String()
}

// inetrc keeps Erlang's resolver from asking anybody: names come from nowhere.
const inetrc = "{lookup,[file]}.\n{resolv_conf,\"\"}.\n{hosts_file,\"\"}.\n"

func (e *Ejabberd) writeConfig() error {
	for name, text := range map[string]string{"ejabberd.yml": e.config(), "inetrc": inetrc} {
		if err := os.WriteFile(filepath.Join(e.run.Path("ejabberd"), name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("lab: %w", err)
		}
	}
	return nil
}
