package config

import "time"

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
