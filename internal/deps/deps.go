package deps

import (
	_ "filippo.io/age"
	_ "github.com/coyim/otr3"
	_ "github.com/godbus/dbus/v5"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/gotk3/gotk3/gtk"
	_ "github.com/leonelquinteros/gotext"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/sethvargo/go-diceware/diceware"
	_ "go.uber.org/goleak"
	_ "golang.org/x/crypto/x509roots/fallback/bundle"
	_ "golang.org/x/net/proxy"
	_ "golang.org/x/text/secure/precis"
	_ "mellium.im/sasl"
	_ "mellium.im/xmlstream"
	_ "mellium.im/xmpp"
	_ "golang.org/x/tools/go/packages"
	_ "rsc.io/qr"
)
