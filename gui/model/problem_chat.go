package model

import (
	"hushwing/client"
	"hushwing/i18n"
)

// chatCauses: contacts, texts and checks.
var chatCauses = map[client.Cause]explanation{
	client.AddressEmpty: {
		i18n.Mark("There is no address yet."),
		i18n.Mark("It looks like name@server."),
		i18n.Message{},
		remedyEdit,
	},
	client.AddressNoAt: {
		i18n.Mark("The @ is missing."),
		i18n.Mark("An address looks like name@server."),
		i18n.Message{},
		remedyEdit,
	},
	client.AddressBadName: {
		i18n.Mark("The part before the @ cannot be a name."),
		i18n.Mark("An address has no spaces and only one @. Copy it once more."),
		i18n.Message{},
		remedyEdit,
	},
	client.AddressBadServer: {
		i18n.Mark("The part after the @ cannot be a server."),
		i18n.Mark("It looks like example.org, or ends in .onion. Copy it once more."),
		i18n.Message{},
		remedyEdit,
	},
	client.AddressOwn: {
		i18n.Mark("That is your own address."),
		i18n.Mark("Type the address of your friend."),
		i18n.Message{},
		remedyEdit,
	},
	client.AddressKnown: {
		i18n.Mark("That address is in your list already."),
		i18n.Mark("Look for it in the list."),
		i18n.Message{},
		remedyEdit,
	},
	client.NoSuchAccount: {
		i18n.Mark("That address of yours is not here any more."),
		i18n.Mark("Choose another of your addresses."),
		i18n.Message{},
		remedyEdit,
	},
	client.NoSuchContact: {
		i18n.Mark("That contact is not in your list any more."),
		i18n.Mark("Add them again if you want to write to them."),
		i18n.Message{},
		remedyNone,
	},
	client.TextEmpty: {
		i18n.Mark("There is nothing to send yet."),
		i18n.Mark("Write something first."),
		i18n.Message{},
		remedyEdit,
	},
	client.TextTooLong: {
		i18n.Mark("This text is too long to be sent at once."),
		i18n.Mark("Send it in several parts. It is still here."),
		i18n.Message{},
		remedyEdit,
	},
	client.TextNotPossible: {
		i18n.Mark("This text cannot be carried safely as it is."),
		i18n.Mark("Write its beginning in another way. It is still here."),
		i18n.Message{},
		remedyEdit,
	},
	client.QueueFull: {
		i18n.Mark("Too many messages are waiting here already."),
		i18n.Mark("Wait until some of them were sent, or discard some. Your text is still here."),
		tryAgain, remedyRetry,
	},
	client.Bounced: {
		i18n.Mark("The server sent it back."),
		i18n.Mark("Try again later, or see whether the address of your contact is still in use."),
		tryAgain, remedyRetry,
	},
	client.TooLate: {
		i18n.Mark("That message cannot be brought back any more."),
		i18n.Mark("Write it again."),
		i18n.Message{},
		remedyNone,
	},
	client.FateUnknown: {
		i18n.Mark("The server had it, but their program may not have read it."),
		i18n.Mark("Their connection or their chat broke at about that time. Ask them, or send it again."),
		tryAgain, remedyRetry,
	},
	client.NotPrivateNow: {
		i18n.Mark("The chat is not private just now."),
		i18n.Mark("Wait until it is private again, then try again."),
		tryAgain, remedyRetry,
	},
	client.NoAttemptsLeft: {
		i18n.Mark("There are no attempts left, so that nobody can go on guessing."),
		i18n.Mark("Compare the safety code when you meet. Until then share nothing sensitive here."),
		i18n.Message{},
		remedyNone,
	},
	client.CheckTampered: {
		i18n.Mark("Someone is in between: the chat changed while you were checking."),
		i18n.Mark("Share nothing sensitive here. Talk to each other in another way."),
		i18n.Message{},
		remedyNone,
	},
	client.AnswerEmpty: {
		i18n.Mark("There is no answer yet."),
		i18n.Mark("Type the answer first."),
		i18n.Message{},
		remedyEdit,
	},
	client.CodeNotDigits: {
		i18n.Mark("The code has six digits."),
		i18n.Mark("Type all six, as you heard them."),
		i18n.Message{},
		remedyEdit,
	},
	client.CodeSeen: {
		i18n.Mark("These digits were written in this chat, or used before. They prove nothing."),
		i18n.Mark("Ask for a new code, and have it read to you by a voice that you know."),
		i18n.Message{},
		remedyEdit,
	},
	client.CodeInText: {
		i18n.Mark("This text holds the code that you are to read aloud, so it was not sent."),
		i18n.Mark("Say it by phone. In this chat, someone in between could read it."),
		i18n.Message{},
		remedyEdit,
	},
	client.CodeAnother: {
		i18n.Mark("The safety code has changed since it was on the screen."),
		i18n.Mark("Compare the new one."),
		i18n.Message{},
		remedyNone,
	},
}
