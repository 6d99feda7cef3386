package i18n

import "time"

// months in the form that follows a day.
var months = [...]Message{
	Mark("January"), Mark("February"), Mark("March"), Mark("April"), Mark("May"), Mark("June"),
	Mark("July"), Mark("August"), Mark("September"), Mark("October"), Mark("November"), Mark("December"),
}

// Date returns the day of t in local time, as in "12 March"; with the year
// when that is not this year. The zero time gives "".
func Date(t time.Time) string { return date(t, time.Now()) }

func date(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t, now = t.Local(), now.Local()
	l := current.Load()
	month := l.get(months[t.Month()-1].id)
	if l.pseudo {
		month = months[t.Month()-1].id // marked once, with the whole
	}
	if t.Year() == now.Year() {
		return T("%[1]d %[2]s", t.Day(), month)
	}
	return T("%[1]d %[2]s %[3]d", t.Day(), month, t.Year())
}

// Clock returns the time of day of t in local time, as in "21:04". The zero
// time gives "".
func Clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.Local()
	return T("%02[1]d:%02[2]d", t.Hour(), t.Minute())
}
