package lab_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"hushwing/internal/lab"
)

func TestNameServer(t *testing.T) {
	l := lab.Shared(t)
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			r := &net.Resolver{PreferGo: true, StrictErrors: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, l.DNS())
			}}
			if a, err := r.LookupHost(t.Context(), "example.test."); err != nil || len(a) != 1 || a[0] != l.Prosody().Addr() {
				t.Errorf("example.test is %v, %v", a, err)
			}
			_, srv, err := r.LookupSRV(t.Context(), "xmpps-client", "tcp", "example.test.")
			if err != nil || len(srv) != 1 || srv[0].Port != 5223 || srv[0].Target != "example.test." {
				t.Errorf("its service is %v, %v", srv, err)
			}
			var notFound *net.DNSError
			if a, err := r.LookupHost(t.Context(), "www.debian.org."); !errors.As(err, &notFound) || !notFound.IsNotFound {
				t.Errorf("a name outside the lab gives %v, %v, want that it does not exist", a, err)
			}
		})
	}
	if err := l.SetHost("out.test", "192.0.2.1"); err == nil {
		t.Error("the lab names an address that is not on loopback")
	}
}
