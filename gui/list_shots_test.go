package gui

import (
	"fmt"

	"hushwing/client"
	"hushwing/gui/model"
)

// scenesList are the states of the left pane.
func scenesList() []scene {
	grouped := func(s *stage) {
		all := contacts()
		for i, g := range [][]string{{"Friends"}, nil, {"Library people"}, {"Friends"}, {"Mountains"}, nil, {"Friends", "Mountains"}, {"Library people"}} {
			all[i].Groups = g
		}
		s.play(client.ProfileChanged{State: client.ProfileOpen}, client.TorChanged{State: client.TorReady},
			client.Snapshot{Accounts: []client.Account{online()}, Contacts: all, Messages: unread()})
	}
	several := func(s *stage) {
		work := client.Account{ID: "a2", Address: "newsroom-ben@example.net", State: client.Online}
		club := client.Account{ID: "a3", Address: "b.lantern@example.com", State: client.Failed, Problem: &client.Problem{Cause: client.ServerUnreachable}}
		all := contacts()
		for i := range all {
			all[i].Account = []string{account, "a2", account, "a3", "a2", account, "a3", "a2"}[i]
		}
		s.play(client.ProfileChanged{State: client.ProfileOpen}, client.TorChanged{State: client.TorReady},
			client.Snapshot{Accounts: []client.Account{online(), work, club}, Contacts: all})
	}
	requests := func(s *stage) {
		s.play(opened()...)
		for i := range 12 {
			s.play(client.RequestArrived{Peer: peer(fmt.Sprintf("someone%d@example.com", i))})
		}
	}
	find := func(text string) func(s *stage) {
		return func(s *stage) {
			s.play(opened()...)
			s.ui(func() { s.w.main.left.search.GrabFocus(); s.w.main.left.search.SetText(text) })
		}
	}
	return []scene{
		{"list-groups", grouped},
		{"list-groups-folded", func(s *stage) {
			grouped(s)
			s.press(model.Action{Kind: model.ActionFold, ID: "gFriends"})
			s.ui(func() { s.w.main.left.list.focus() })
		}},
		{"list-accounts", several},
		{"list-accounts-open", func(s *stage) {
			several(s)
			s.ui(func() { s.w.main.left.status.more.SetActive(true) })
		}},
		{"list-requests", requests},
		{"list-requests-open", func(s *stage) {
			requests(s)
			s.press(model.Action{Kind: model.ActionTray})
		}},
		{"list-requests-refuse", func(s *stage) {
			requests(s)
			s.press(model.Action{Kind: model.ActionAskRefuseAll})
		}},
		{"list-search", find("an")},
		{"list-search-nobody", find("zzz")},
		{"list-menu", func(s *stage) {
			s.play(opened()...)
			s.frames()
			s.ui(func() { l := s.w.main.left.list; l.popup(l.rowOf(ana)) })
		}},
		{"list-offline", func(s *stage) {
			all := contacts()
			for i := range all {
				all[i].Protection, all[i].Available = client.NotConnected, false
			}
			a := online()
			a.State = client.Offline
			s.play(client.ProfileChanged{State: client.ProfileOpen}, client.TorChanged{State: client.TorReady},
				client.Snapshot{Accounts: []client.Account{a}, Contacts: all})
		}},
	}
}
