package model

// Press does what a button asks for. An action that does not fit the state any
// more, because its button was pressed just as it went, does nothing.
func (m *Model) Press(a Action) {
	switch a.Kind {
	case ActionNone:
	case ActionQuit:
		m.Quit()
	case ActionTryTor:
		m.tryTor()
	case ActionUnlock:
		m.pressUnlock()
	case ActionLock:
		m.Lock()
	case ActionSpeak:
		m.pressSpeak(a.ID)
	case ActionAskDestroy:
		if m.canDestroy() {
			m.openDialog(a)
		}
	case ActionDialogOK:
		m.dialogOK()
	case ActionDialogCancel:
		m.closeDialog()
	default:
		switch m.screen {
		case ScreenFirstRun:
			m.pressFirstRun(a)
		case ScreenMain:
			m.pressMain(a)
		}
	}
}

// pressMain does what is asked for in the main window.
func (m *Model) pressMain(a Action) {
	switch a.Kind {
	case ActionSelect:
		m.Select(a.Peer)
		if m.selected == a.Peer {
			m.section = a.ID
		}
	case ActionFold:
		m.fold(a.ID)
	case ActionAccept:
		m.answerRequest(a.Peer, true)
	case ActionRefuse:
		m.answerRequest(a.Peer, false)
	case ActionTray:
		m.pressTray()
	case ActionClearSearch:
		m.setSearch("")
		m.focus(FieldIDSearch)
	case ActionAskRefuseAll:
		m.openDialog(a)
	case ActionAddAccount:
		m.addAnother()
	case ActionShowServerPassword, ActionHideServerPassword, ActionCopyServerPassword, ActionBlock, ActionUnblock, ActionAddGroup, ActionCopyContact, ActionCopyKey:
		m.pressManage(a)
	case ActionGoOnline:
		m.goOnline(a.ID)
	case ActionNewIdentity:
		m.newIdentity(a.ID)
	case ActionGoOffline:
		m.goOffline(a.ID)
	case ActionAskAdd, ActionAskRename, ActionAskRemove, ActionMyAddress, ActionAskTor, ActionComputer, ActionAskInsist, ActionAskWeaker, ActionWhichPrograms, ActionServer,
		ActionAskServerPassword, ActionAskRemoveAccount, ActionAskDeleteAccount, ActionAskForgetKey:
		m.openDialog(a)
	case ActionAskProof:
		m.askProof()
	case ActionTrustByName:
		m.trustServer(true)
	case ActionCopyFact:
		m.copyFact(a.Index)
	case ActionCopyAddress:
		m.copyAddress(a.ID, false)
	case ActionCopyLink:
		m.copyAddress(a.ID, true)
	case ActionUndoSettings:
		m.undoSafer()
	case ActionUndo:
		m.takeBack()
	case ActionDetails:
		m.openDetails(a.Peer)
	case ActionCloseDetails:
		m.closeDetails()
	case ActionCopyValue:
		m.copyDetail(a.Index)
	case ActionCheck, ActionWayQuestion, ActionWayCall, ActionWayRoom, ActionAsk, ActionAskCode, ActionAnswer, ActionAnswerCode,
		ActionSameCodes, ActionOtherCodes, ActionAskBack, ActionStopCheck, ActionCloseCheck:
		m.pressCheck(a)
	default:
		if !m.pressPage(a) {
			m.pressConversation(a)
		}
	}
}

// SetField takes what was typed into a field, or the Value of a choice.
func (m *Model) SetField(id FieldID, text string) {
	switch m.screen {
	case ScreenUnlock:
		m.setUnlockField(id, text)
	case ScreenFirstRun:
		m.setFirstRunField(id, text)
	case ScreenMain:
		switch {
		case id == FieldIDSearch:
			m.setSearch(text)
		case id == FieldIDShow:
			m.setShow(text)
		case m.setCheckField(id, text):
		case m.setDialogField(id, text):
		case m.setPageField(id, text):
		}
	}
}

// Escape closes the topmost of dialog, page, details, check, search, conversation.
// In the first run it goes back.
func (m *Model) Escape() {
	switch {
	case m.dialog.kind != ActionNone:
		m.closeDialog()
	case m.screen == ScreenFirstRun:
		m.pressFirstRun(Action{Kind: ActionBack})
	case m.screen != ScreenMain:
	case len(m.pages) > 0:
		m.pressPage(Action{Kind: ActionClosePage})
	case m.details:
		m.closeDetails()
	case m.checkOpen():
		m.leaveCheck()
	case m.picked.some():
		m.Unpick()
	case m.search != "":
		m.setSearch("")
	case m.selected != Peer{}:
		m.Select(Peer{})
		m.changes.Focus = FocusList
	}
}
