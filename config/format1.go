package config

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"hushwing/secret"
)

// The JSON of format 1. These structs are the one place where secrets are
// written out, by hand, field by field: the types of the program refuse it.

type profile1 struct {
	Format     int        `json:"format"`
	Generation uint64     `json:"generation"`
	Isolation  hexBytes   `json:"isolation"`
	Accounts   []account1 `json:"accounts"`
	Settings   settings1  `json:"settings"`
}

type settings1 struct {
	Language string   `json:"language,omitempty"`
	TorHand  string   `json:"torHand,omitempty"`
	Bridges  []string `json:"bridges,omitempty"`
}

type account1 struct {
	ID         string            `json:"id"`
	Address    string            `json:"address"`
	Password   string            `json:"password,omitempty"`
	Host       string            `json:"host,omitempty"`
	Onion      bool              `json:"onion,omitempty"`
	Port       uint16            `json:"port,omitempty"`
	Paused     bool              `json:"paused,omitempty"`
	Identity   []byte            `json:"identity,omitempty"`
	Pins       []pin1            `json:"pins,omitempty"`
	Retired    []pin1            `json:"retired,omitempty"`
	Mechanisms map[string]string `json:"mechanisms,omitempty"`
	Epoch      uint32            `json:"epoch,omitempty"`
	Imported   bool              `json:"imported,omitempty"`
	Contacts   []contact1        `json:"contacts,omitempty"`
	Requests   []request1        `json:"requests,omitempty"`
	Removed    []string          `json:"removed,omitempty"`
}

type pin1 struct {
	Key       hexBytes  `json:"key"`
	First     time.Time `json:"first,omitzero"`
	Issuer    string    `json:"issuer,omitempty"`
	NotBefore time.Time `json:"notBefore,omitzero"`
	NotAfter  time.Time `json:"notAfter,omitzero"`
	Trusted   time.Time `json:"trusted,omitzero"`
	Excused   bool      `json:"excused,omitempty"`
	Until     time.Time `json:"until,omitzero"`
}

type contact1 struct {
	Address string `json:"address"`
	Name    string `json:"name,omitempty"`
	Asked   bool   `json:"asked,omitempty"`
	Keys    []key1 `json:"keys,omitempty"`
}

type key1 struct {
	Fingerprint hexBytes  `json:"fingerprint"`
	First       time.Time `json:"first,omitzero"`
	Checked     time.Time `json:"checked,omitzero"`
	How         string    `json:"how,omitempty"`
	Overridden  time.Time `json:"overridden,omitzero"`
	Confirms    bool      `json:"confirms,omitempty"`
}

type request1 struct {
	Address string    `json:"address"`
	When    time.Time `json:"when,omitzero"`
}

type queue1 struct {
	Format   int         `json:"format"`
	Outgoing []outgoing1 `json:"outgoing"`
	Incoming []incoming1 `json:"incoming"`
	Seen     []seen1     `json:"seen"`
	Drafts   []draft1    `json:"drafts"`
}

type outgoing1 struct {
	ID      string     `json:"id"`
	Account string     `json:"account"`
	Peer    string     `json:"peer"`
	Text    string     `json:"text"`
	Written time.Time  `json:"written,omitzero"`
	Key     hexBytes   `json:"key,omitempty"`
	State   string     `json:"state,omitempty"`
	IDs     []hexBytes `json:"ids,omitempty"`
}

type incoming1 struct {
	ID       string    `json:"id"`
	Account  string    `json:"account"`
	Peer     string    `json:"peer"`
	Text     string    `json:"text"`
	Received time.Time `json:"received,omitzero"`
	Clear    bool      `json:"clear,omitempty"`
	Key      hexBytes  `json:"key,omitempty"`
}

type seen1 struct {
	ID   hexBytes `json:"id"`
	When int64    `json:"when"` // seconds since 1970: there are many
}

type draft1 struct {
	Account string `json:"account"`
	Peer    string `json:"peer"`
	Text    string `json:"text"`
}

// hexBytes is written as hexadecimal digits.
type hexBytes []byte

func (h hexBytes) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

func (h *hexBytes) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	*h = raw
	return err
}

// into copies h to a fixed array; an absent one leaves it zero.
func (h hexBytes) into(array []byte) error {
	if len(h) != 0 && len(h) != len(array) {
		return errors.New("a key or hash has the wrong length")
	}
	copy(array, h)
	return nil
}

// absentIfZero leaves a key of zeros out.
func absentIfZero(array []byte) hexBytes {
	if len(bytes.Trim(array, "\x00")) == 0 {
		return nil
	}
	return array
}

// wall is a time as it is written: the wall clock in UTC.
func wall(t time.Time) time.Time { return t.Round(0).UTC() }

// each converts a slice.
func each[A, B any](from []A, convert func(A) B) []B {
	to := make([]B, len(from))
	for i, v := range from {
		to[i] = convert(v)
	}
	return to
}

// eachErr converts a slice; an empty one becomes nil.
func eachErr[A, B any](from []A, convert func(A) (B, error)) ([]B, error) {
	if len(from) == 0 {
		return nil, nil
	}
	to := make([]B, len(from))
	for i, v := range from {
		var err error
		if to[i], err = convert(v); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// encodeProfile returns the JSON of a profile.
func encodeProfile(p Profile, generation uint64) ([]byte, error) {
	return encode(profile1{
		Format:     formatVersion,
		Generation: generation,
		Isolation:  hexBytes(p.Isolation),
		Accounts:   each(p.Accounts, exportAccount),
		Settings: settings1{
			Language: p.Settings.Language, TorHand: p.Settings.Tor.Hand, Bridges: p.Settings.Tor.Bridges,
		},
	})
}

func exportAccount(a Account) account1 {
	return account1{
		ID: a.ID, Address: a.Address, Password: a.Password.Export(),
		Host: a.Route.Host, Onion: a.Route.Onion, Port: a.Route.Port,
		Paused: a.Paused, Identity: []byte(a.Identity),
		Pins: each(a.Pins, exportPin), Retired: each(a.Retired, exportPin),
		Mechanisms: a.Mechanisms, Epoch: a.Epoch, Imported: a.Imported,
		Contacts: each(a.Contacts, func(c Contact) contact1 {
			return contact1{Address: c.Address, Name: c.Name, Asked: c.Asked, Keys: each(c.Keys, exportKey)}
		}),
		Removed: a.Removed,
		Requests: each(a.Requests, func(r Request) request1 {
			return request1{Address: r.Address, When: wall(r.When)}
		}),
	}
}

func exportPin(p PinRecord) pin1 {
	return pin1{
		Key: p.Key[:], First: wall(p.First), Issuer: p.Issuer,
		NotBefore: wall(p.NotBefore), NotAfter: wall(p.NotAfter),
		Trusted: wall(p.Trusted), Excused: p.Excused, Until: wall(p.Until),
	}
}

func importPin(d pin1) (PinRecord, error) {
	p := PinRecord{
		First: d.First, Issuer: d.Issuer, NotBefore: d.NotBefore, NotAfter: d.NotAfter,
		Trusted: d.Trusted, Excused: d.Excused, Until: d.Until,
	}
	return p, d.Key.into(p.Key[:])
}

func exportKey(k Key) key1 {
	return key1{
		Fingerprint: k.Fingerprint[:], First: wall(k.First), Checked: wall(k.Checked),
		How: k.How, Overridden: wall(k.Overridden), Confirms: k.Confirms,
	}
}

// decodeProfile reads the JSON of a profile of any format that was.
func decodeProfile(plain []byte) (Profile, uint64, error) {
	plain, err := upgrade(profileFile, plain, formatVersion, migrations[profileFile])
	if err != nil {
		return Profile{}, 0, err
	}
	var d profile1
	if err := decode(plain, &d); err != nil {
		return Profile{}, 0, &DamagedError{profileFile, err}
	}
	p := Profile{Isolation: Bytes(d.Isolation), Settings: Settings{
		Language: d.Settings.Language,
		Tor:      TorSettings{Hand: d.Settings.TorHand, Bridges: d.Settings.Bridges},
	}}
	if p.Accounts, err = eachErr(d.Accounts, importAccount); err != nil {
		return Profile{}, 0, &DamagedError{profileFile, err}
	}
	if err := p.check(); err != nil {
		return Profile{}, 0, &DamagedError{profileFile, err}
	}
	return p, d.Generation, nil
}

func importAccount(d account1) (Account, error) {
	a := Account{
		ID: d.ID, Address: d.Address, Password: secret.New(d.Password),
		Route:  Route{Host: d.Host, Onion: d.Onion, Port: d.Port},
		Paused: d.Paused, Identity: Bytes(d.Identity),
		Mechanisms: maps.Clone(d.Mechanisms), Epoch: d.Epoch, Imported: d.Imported,
		Removed: slices.Clone(d.Removed),
	}
	var err error
	if a.Pins, err = eachErr(d.Pins, importPin); err != nil {
		return a, err
	}
	if a.Retired, err = eachErr(d.Retired, importPin); err != nil {
		return a, err
	}
	if a.Contacts, err = eachErr(d.Contacts, func(d contact1) (Contact, error) {
		keys, err := eachErr(d.Keys, importKey)
		return Contact{Address: d.Address, Name: d.Name, Asked: d.Asked, Keys: keys}, err
	}); err != nil {
		return a, err
	}
	a.Requests, err = eachErr(d.Requests, func(d request1) (Request, error) { return Request(d), nil })
	return a, err
}

func importKey(d key1) (Key, error) {
	k := Key{First: d.First, Checked: d.Checked, How: d.How, Overridden: d.Overridden, Confirms: d.Confirms}
	err := d.Fingerprint.into(k.Fingerprint[:])
	return k, err
}

// encodeQueue returns the JSON of a queue.
func encodeQueue(q Queue) ([]byte, error) {
	return encode(queue1{
		Format: formatVersion,
		Outgoing: each(q.Outgoing, func(o Outgoing) outgoing1 {
			ids := make([]hexBytes, len(o.IDs))
			for i := range o.IDs {
				ids[i] = o.IDs[i][:]
			}
			return outgoing1{
				ID: o.ID, Account: o.Account, Peer: o.Peer, Text: o.Text, Written: wall(o.Written),
				Key: absentIfZero(o.Key[:]), State: o.State, IDs: ids,
			}
		}),
		Incoming: each(q.Incoming, func(i Incoming) incoming1 {
			return incoming1{
				ID: i.ID, Account: i.Account, Peer: i.Peer, Text: i.Text, Received: wall(i.Received),
				Clear: i.Clear, Key: absentIfZero(i.Key[:]),
			}
		}),
		Seen: each(q.Seen, func(s Seen) seen1 { return seen1{ID: s.ID[:], When: s.When.Unix()} }),
		Drafts: each(q.Drafts, func(d Draft) draft1 {
			return draft1(d)
		}),
	})
}

// decodeQueue reads the JSON of a queue of any format that was.
func decodeQueue(plain []byte) (Queue, error) {
	plain, err := upgrade(queueFile, plain, formatVersion, migrations[queueFile])
	if err != nil {
		return Queue{}, err
	}
	var d queue1
	if err := decode(plain, &d); err != nil {
		return Queue{}, &DamagedError{queueFile, err}
	}
	q, err := importQueue(d)
	if err == nil {
		err = q.check(q) // as it is: the bounds hold for changes
	}
	if err != nil {
		return Queue{}, &DamagedError{queueFile, err}
	}
	return q, nil
}

func importQueue(d queue1) (q Queue, err error) {
	if q.Outgoing, err = eachErr(d.Outgoing, importOutgoing); err != nil {
		return q, err
	}
	if q.Incoming, err = eachErr(d.Incoming, func(d incoming1) (Incoming, error) {
		i := Incoming{ID: d.ID, Account: d.Account, Peer: d.Peer, Text: d.Text, Received: d.Received, Clear: d.Clear}
		return i, d.Key.into(i.Key[:])
	}); err != nil {
		return q, err
	}
	if q.Seen, err = eachErr(d.Seen, func(d seen1) (Seen, error) {
		s := Seen{When: time.Unix(d.When, 0).UTC()}
		return s, d.ID.into(s.ID[:])
	}); err != nil {
		return q, err
	}
	q.Drafts, err = eachErr(d.Drafts, func(d draft1) (Draft, error) { return Draft(d), nil })
	return q, err
}

func importOutgoing(d outgoing1) (Outgoing, error) {
	o := Outgoing{ID: d.ID, Account: d.Account, Peer: d.Peer, Text: d.Text, Written: d.Written, State: d.State}
	if err := d.Key.into(o.Key[:]); err != nil {
		return o, err
	}
	for _, id := range d.IDs {
		o.IDs = append(o.IDs, [16]byte{})
		if err := id.into(o.IDs[len(o.IDs)-1][:]); err != nil {
			return o, err
		}
	}
	return o, nil
}

func encode(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, invalid("it cannot be written as JSON") // the cause would quote it
	}
	return plain, nil
}

// decode reads one JSON value and nothing after it. Its errors quote nothing
// of what it read.
func decode(plain []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(plain))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("it does not hold what format %d holds", formatVersion)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows its end")
	}
	return nil
}
