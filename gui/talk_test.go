package gui

import (
	"strings"

	"hushwing/client"
	"hushwing/gui/model"
)

// scenesTalk are the conversations that are not plain.
func scenesTalk() []scene {
	private := func(lines ...client.Message) func(s *stage) {
		return func(s *stage) { chat(s, client.PrivateChecked, added(lines...)) }
	}
	return []scene{
		{"talk-links", private(
			theirs(0, "The timetable is at https://www.example.org/summer/timetable?day=6 (page 2)."),
			theirs(1, "And this came by mail, do you know it? https://bank.example.com@pay.example.net/login"),
			mine(2, "Looks odd. Compare http://аррӏе.com and the true one.", client.TheyHave),
			theirs(3, "הקישור כאן: https://example.org/לוח/?a=1 תודה"),
		)},
		{"talk-rtl", private(
			theirs(0, "مرحبا! هل نلتقي غدا في الساعة 09:30؟"),
			mine(1, "כן, ב־10:00 ליד הספרייה (library) בבקשה.", client.TheyHave),
			theirs(2, "Meet at المكتبة at 10."),
			mine(3, "👍🏽 👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈", client.TheyHave),
			theirs(4, "سلام\nHello\nשלום\n123"),
		)},
		{"talk-telling", private(
			theirs(0, "/me waves from the station"),
			mine(1, "/me is nearly there", client.TheyHave),
			theirs(2, "/me مُبتسم"),
		)},
		{"talk-odd", private(
			theirs(0, "a file: photo_\u202egnp.exe and Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032fa\u0334\u0335l\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307g\u0338o"),
			theirs(1, "name\tqty\tprice\nrope\t2\t14\nlamp\t1\t9"),
			theirs(2, "one\u2028two\u2029three\x07"),
			theirs(3, strings.Repeat("Donaudampfschifffahrtsgesellschaft", 6)),
			mine(4, "\ufffc\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F ﷽ ok", client.ServerHas),
		)},
		{"talk-long", private(theirs(0, "Here is the whole of it:"), theirs(1, strings.Repeat("It was a bright cold day in April, and the clocks were striking thirteen. ", 500)))},
		{"talk-long-open", func(s *stage) {
			private(theirs(0, strings.Repeat("It was a bright cold day in April, and the clocks were striking thirteen. ", 500)))(s)
			s.ui(func() { s.w.main.right.messages.shown[1].fold.Clicked() })
			s.frames()
			s.ui(func() { l := s.w.main.right.messages; l.adj.SetValue(l.adj.GetUpper()) })
		}},
		{"talk-picked", func(s *stage) {
			chat(s, client.PrivateChecked, talk())
			s.ui(func() {
				n := s.w.m.RowCount()
				s.w.m.PickRows(n-4, n-2)
				s.w.flush()
			})
		}},
		{"talk-link-menu", func(s *stage) {
			private(theirs(0, "Two of them: https://example.org/one and https://example.net/two"))(s)
			s.frames()
			s.ui(func() { s.w.main.right.messages.shown[1].popup() })
		}},
		{"talk-link-copied", func(s *stage) {
			private(theirs(0, "The timetable: https://example.org/one"))(s)
			id := s.w.m.Row(s.w.m.RowCount() - 1).ID
			s.press(model.Action{Kind: model.ActionCopyTextLink, Peer: ana, ID: id})
		}},
		{"talk-cleared", func(s *stage) {
			chat(s, client.Away, append(talk(), waiting()...))
			s.press(model.Action{Kind: model.ActionClear, Peer: ana})
		}},
		{"talk-draft", func(s *stage) {
			chat(s, client.PrivateChecked, talk())
			s.ui(func() {
				s.w.main.right.composer.buffer.SetText("I was going to say")
				s.w.m.Select(contacts()[2].Peer)
				s.w.flush()
			})
		}},
		{"talk-room", func(s *stage) {
			chat(s, client.PrivateChecked, talk())
			s.ui(func() { s.w.main.right.composer.buffer.SetText(strings.Repeat("word ", 8190)) })
		}},
	}
}
