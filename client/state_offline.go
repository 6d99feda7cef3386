package client

// offline: the user wants it so, or the program has just begun.
type offline struct{}

func (*offline) public(i *Account) { i.State = Offline }

func (*offline) enter(a *account) {
	a.came = false
	a.letGo()
}

func (*offline) leave(*account) {}

func (*offline) handle(a *account, m any) {
	if _, ok := m.(GoOnline); ok {
		a.start()
	}
}

// waitingForTor: there is no Tor, so there is nothing to do but wait.
type waitingForTor struct{}

func (*waitingForTor) public(i *Account) { i.State = WaitingForTor }
func (*waitingForTor) leave(*account)    {}

func (*waitingForTor) enter(a *account) {
	if a.net != nil {
		a.start()
	}
}

func (*waitingForTor) handle(a *account, m any) {
	switch m.(type) {
	case torReady:
		a.startApart()
	case GoOffline:
		a.become(&offline{})
	}
}
