package gui

import "hushwing/client"

// scenesReadme are the scenes that README shows, in docs/pictures, besides
// first-1-welcome and check-ways: a conversation as people have it.
func scenesReadme() []scene {
	yesterday := theirs(1, "See you tomorrow then.")
	yesterday.Time = yesterday.Time.AddDate(0, 0, -1)
	before := []client.Message{
		yesterday,
		note(0, client.NotePrivate),
		theirs(1, "Good morning! Has the lawyer answered?"),
		mine(2, "Yes, last night. She has read all of it, and says that they cannot do that. She expects us on Monday at nine.", client.TheyHave),
		theirs(3, "Oh, that is good news 🎉"),
	}
	return []scene{
		{"readme-talk", func(s *stage) {
			chat(s, client.PrivateChecked, added(append(before,
				theirs(4, "Then I can sleep again. I bring breakfast 🥐"),
				mine(6, "And I the coffee. Eight, at the bridge?", client.TheyHave),
				theirs(7, "At eight."),
			)...))
		}},
		{"readme-stopped", func(s *stage) {
			chat(s, client.KeyLocked, added(append(before, mine(9, "Shall I pick you up?", client.Waiting))...))
		}},
	}
}
