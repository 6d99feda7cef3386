package config

import "sync"

// queueKeeper holds the queue and groups its writes: while one write is under
// way, changes gather for the next. A burst of a thousand changes is a few
// writes, and each caller still returns only when its change is on the disk.
type queueKeeper struct {
	mu      sync.Mutex
	durable Queue  // on the disk
	latest  Queue  // durable and the changes that wait
	waiting *group // the changes that the next write takes; nil: none
	writing bool   // a goroutine is at work
	closed  bool
	idle    sync.WaitGroup // that goroutine
}

// group is the changes that one write makes durable.
type group struct {
	done chan struct{} // closed when err is set
	err  error
}

func (k *queueKeeper) start(q Queue) { k.durable, k.latest = q, q }

// ViewQueue returns a deep copy of the queue as it is on the disk.
func (s *Store) ViewQueue() Queue {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return s.queue.durable.Clone()
}

// ModifyQueue changes the queue: change gets a deep copy with all earlier
// changes in it, and its own is on the disk when ModifyQueue returns without
// an error. Concurrent changes are made one after the other and written
// together. An error from change, or of ErrQueueFull, ErrInvalid or ErrClosed,
// changes nothing and touches nobody else's change; one of the disk (ErrFull,
// ErrReadOnly, ErrDisk, ErrUnsure) takes back all that were waiting, and each
// of their callers gets it.
func (s *Store) ModifyQueue(change func(*Queue) error) error {
	g, err := s.enqueue(change)
	if err != nil {
		return err
	}
	<-g.done
	return g.err
}

// enqueue makes the change and sees to it that it will be written.
func (s *Store) enqueue(change func(*Queue) error) (*group, error) {
	k := &s.queue
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return nil, ErrClosed
	}
	draft := k.latest.Clone()
	if err := change(&draft); err != nil {
		return nil, err
	}
	q := draft.Clone() // change may have kept the draft, or parts of it
	q.prune(s.now())
	if err := q.check(k.latest); err != nil {
		return nil, err
	}
	k.latest = q
	if k.waiting == nil {
		k.waiting = &group{done: make(chan struct{})}
	}
	if !k.writing {
		k.writing = true
		k.idle.Add(1)
		go s.writeQueue()
	}
	return k.waiting, nil
}

// writeQueue writes group after group until none waits.
func (s *Store) writeQueue() {
	k := &s.queue
	defer k.idle.Done()
	k.mu.Lock()
	defer k.mu.Unlock()
	for k.waiting != nil {
		g, q := k.waiting, k.latest
		k.waiting = nil
		k.mu.Unlock()
		plain, err := encodeQueue(q)
		if err == nil {
			err = s.disk.write(queueFile, plain, func() {
				k.mu.Lock()
				defer k.mu.Unlock()
				k.durable = q
			})
		}
		k.mu.Lock()
		if err != nil {
			k.takeBack(err)
		}
		g.err = err
		close(g.done)
	}
	k.writing = false
}

// takeBack forgets the changes that rest on one that failed. Call it with mu
// held.
func (k *queueKeeper) takeBack(err error) {
	k.latest = k.durable
	if g := k.waiting; g != nil {
		k.waiting = nil
		g.err = err
		close(g.done)
	}
}

// close lets no more changes in and waits for the last write.
func (k *queueKeeper) close() {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.idle.Wait()
}
