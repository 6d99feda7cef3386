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
	ActionSpeak // ID: a language; before the settings can be reached

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
	ActionSelect // Peer; ID: section of the list
	ActionFold   // ID: section of the list
	ActionAccept // Peer
	ActionRefuse // Peer
	ActionTray   // shows or hides many requests
	ActionAskRefuseAll
	ActionClearSearch
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

	// one's addresses, and contacts
	ActionAccounts           // the page with one's addresses
	ActionAccount            // ID: account; its page
	ActionContact            // Peer; their page
	ActionShowServerPassword // ID: account
	ActionHideServerPassword // ID: account
	ActionCopyServerPassword // ID: account; Index: 0, or 1 for the second one
	ActionAskServerPassword  // ID: account; a new one
	ActionAskRemoveAccount   // ID: account; from this computer
	ActionAskDeleteAccount   // ID: account; at the server too
	ActionBlock              // Peer
	ActionUnblock            // Peer
	ActionAskForgetKey       // Peer, ID: the key
	ActionAddGroup           // Peer; with the name that was typed
	ActionCopyContact        // Peer; their address
	ActionCopyKey            // ID: what is copied

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
	ActionWayCall
	ActionWayRoom
	ActionAsk
	ActionAskCode
	ActionAnswer
	ActionAnswerCode
	ActionSameCodes  // ID: the key that they are about
	ActionOtherCodes // ID: the same
	ActionAskBack
	ActionStopCheck
	ActionCloseCheck
)
