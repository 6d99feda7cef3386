package config

import (
	"maps"
	"slices"
	"time"

	"hushwing/secret"
)

type profile1 struct {
	Format     int        `json:"format"`
	Generation uint64     `json:"generation"`
	Isolation  hexBytes   `json:"isolation"`
	Accounts   []account1 `json:"accounts"`
	Settings   settings1  `json:"settings"`
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
	Second     *second1          `json:"second,omitempty"`
	Created    time.Time         `json:"created,omitzero"`
	Show       string            `json:"show,omitempty"`
	Blocked    []string          `json:"blocked,omitempty"`
	Unblocked  []string          `json:"unblocked,omitempty"`
}

type second1 struct {
	Password string    `json:"password"`
	Fresh    bool      `json:"fresh,omitempty"`
	Seen     bool      `json:"seen,omitempty"`
	Asked    time.Time `json:"asked,omitzero"`
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

	Groups []string `json:"groups,omitempty"`
}

type key1 struct {
	Fingerprint hexBytes  `json:"fingerprint"`
	First       time.Time `json:"first,omitzero"`
	Checked     time.Time `json:"checked,omitzero"`
	How         string    `json:"how,omitempty"`
	Overridden  time.Time `json:"overridden,omitzero"`
	Confirms    bool      `json:"confirms,omitempty"`
	Attempts    uint16    `json:"attempts,omitempty"`
	Differs     time.Time `json:"differs,omitzero"`
	Told        bool      `json:"told,omitempty"`
}

type request1 struct {
	Address string    `json:"address"`
	When    time.Time `json:"when,omitzero"`
}

// encodeProfile returns the JSON of a profile.
func encodeProfile(p Profile, generation uint64) ([]byte, error) {
	return encode(profile1{
		Format:     formatVersion,
		Generation: generation,
		Isolation:  hexBytes(p.Isolation),
		Accounts:   each(p.Accounts, exportAccount),
		Settings:   exportSettings(p.Settings),
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
			return contact1{Address: c.Address, Name: c.Name, Asked: c.Asked, Keys: each(c.Keys, exportKey), Groups: c.Groups}
		}),
		Removed: a.Removed, Second: exportSecond(a.Second), Created: wall(a.Created), Show: a.Show,
		Blocked: a.Blocked, Unblocked: a.Unblocked,
		Requests: each(a.Requests, func(r Request) request1 {
			return request1{Address: r.Address, When: wall(r.When)}
		}),
	}
}

// exportSecond leaves out one that is not there.
func exportSecond(s Second) *second1 {
	if s == (Second{}) {
		return nil
	}
	return &second1{Password: s.Password.Export(), Fresh: s.Fresh, Seen: s.Seen, Asked: wall(s.Asked)}
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
		Attempts: k.Attempts, Differs: wall(k.Differs), Told: k.Told,
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
	p := Profile{Isolation: Bytes(d.Isolation), Settings: importSettings(d.Settings)}
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
		Removed: slices.Clone(d.Removed), Created: d.Created, Show: d.Show,
		Blocked: slices.Clone(d.Blocked), Unblocked: slices.Clone(d.Unblocked),
	}
	if s := d.Second; s != nil {
		a.Second = Second{Password: secret.New(s.Password), Fresh: s.Fresh, Seen: s.Seen, Asked: s.Asked}
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
		return Contact{Address: d.Address, Name: d.Name, Asked: d.Asked, Keys: keys, Groups: slices.Clone(d.Groups)}, err
	}); err != nil {
		return a, err
	}
	a.Requests, err = eachErr(d.Requests, func(d request1) (Request, error) { return Request(d), nil })
	return a, err
}

func importKey(d key1) (Key, error) {
	k := Key{
		First: d.First, Checked: d.Checked, How: d.How, Overridden: d.Overridden, Confirms: d.Confirms,
		Attempts: d.Attempts, Differs: d.Differs, Told: d.Told,
	}
	err := d.Fingerprint.into(k.Fingerprint[:])
	return k, err
}
