package config

type settings1 struct {
	Language string   `json:"language,omitempty"`
	TorHand  string   `json:"torHand,omitempty"`
	Bridges  []string `json:"bridges,omitempty"`

	NoNotify          bool    `json:"noNotify,omitempty"`
	NotifyWho         bool    `json:"notifyWho,omitempty"`
	LockAfter         int     `json:"lockAfter,omitempty"`
	StayOpen          bool    `json:"stayOpen,omitempty"`
	Background        bool    `json:"background,omitempty"`
	TextScale         int     `json:"textScale,omitempty"`
	SendWithCtrlEnter bool    `json:"sendWithCtrlEnter,omitempty"`
	Window            window1 `json:"window,omitzero"`
}

type window1 struct {
	Width     int  `json:"width,omitempty"`
	Height    int  `json:"height,omitempty"`
	Maximized bool `json:"maximized,omitempty"`
	X         int  `json:"x,omitempty"`
	Y         int  `json:"y,omitempty"`
	Known     bool `json:"known,omitempty"`
}

func exportSettings(s Settings) settings1 {
	return settings1{
		Language: s.Language, TorHand: s.Tor.Hand, Bridges: s.Tor.Bridges,
		NoNotify: s.NoNotify, NotifyWho: s.NotifyWho, LockAfter: s.LockAfter, StayOpen: s.StayOpen,
		Background: s.Background, TextScale: s.TextScale, SendWithCtrlEnter: s.SendWithCtrlEnter,
		Window: window1(s.Window),
	}
}

func importSettings(d settings1) Settings {
	return Settings{
		Language: d.Language, Tor: TorSettings{Hand: d.TorHand, Bridges: d.Bridges},
		NoNotify: d.NoNotify, NotifyWho: d.NotifyWho, LockAfter: d.LockAfter, StayOpen: d.StayOpen,
		Background: d.Background, TextScale: d.TextScale, SendWithCtrlEnter: d.SendWithCtrlEnter,
		Window: WindowPlace(d.Window),
	}
}
