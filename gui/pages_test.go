package gui

// scenesPages are the pages that belong to no account and no contact.
func scenesPages() []scene {
	return []scene{
		{"page-shortcuts", func(s *stage) {
			s.play(opened()...)
			s.press(s.w.m.Main().Keys.Action)
		}},
	}
}
