package model

// The actions. ActionCopy and its like end in Changes.Clipboard, ActionQuit in
// Changes.Quit; everything else shows itself in the views.
const (
	ActionNone ActionKind = iota

	// every screen
	ActionQuit
	ActionTryTor
	ActionLock
	ActionAskDestroy

	// unlock
	ActionUnlock

	// first run
	ActionDoorNew
	ActionDoorExisting
	ActionSuggestPassword
	ActionChooseServer // Index
	ActionAnotherName
	ActionAnotherPicture
	ActionTorWay
	ActionNext
	ActionBack
	ActionCopyAddress // ID: account
	ActionCopyLink    // ID: account

	// main
	ActionSelect     // Peer; ID: section of the list
	ActionFold       // ID: section of the list
	ActionAccept     // Peer
	ActionRefuse     // Peer
	ActionGoOnline   // ID: account
	ActionGoOffline  // ID: account
	ActionAddAccount // the doors of the first run, for another address
	ActionAskAdd
	ActionAskRename // Peer
	ActionAskRemove // Peer
	ActionMyAddress
	ActionAskTor
	ActionComputer
	ActionNewIdentity // ID: account
	ActionAskWeaker   // ID: account
	ActionServer      // ID: account
	ActionAskProof
	ActionTrustByName
	ActionCopyFact // Index: row of the dialog's facts
	ActionDialogOK
	ActionDialogCancel

	// pages
	ActionClosePage
	ActionShortcuts
	ActionAbout
	ActionProtects
	ActionSettings
	ActionSafeSettings
	ActionUndoSettings
	ActionChangePassword
	ActionSuggestFresh
	ActionUseFresh

	// conversation
	ActionStartAgain // Peer
	ActionEndPrivate // Peer
	ActionWhichPrograms
	ActionDetails      // Peer
	ActionCloseDetails //
	ActionAskInsist    // Peer
	ActionCopyValue    // Index: row of the details
	ActionSend
	ActionRetryText    // ID: row
	ActionCopyText     // ID: row
	ActionCopyTextLink // ID: row; Index: link
	ActionUnfoldText   // ID: row
	ActionFoldText     // ID: row
	ActionCopyPicked   // Peer
	ActionClear        // Peer
	ActionDiscardText  // ID: row
	ActionUndo         // the last discarding
	ActionShowPending  // Peer
	ActionRetryAll     // Peer
	ActionCancelAll    // Peer
	ActionCloseChat    // back to the list

	// check
	ActionCheck // Peer
	ActionWayQuestion
	ActionAsk
	ActionAnswer
	ActionAskBack
	ActionStopCheck
	ActionCloseCheck
)
