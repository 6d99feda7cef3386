package model

import (
	"hushwing/client"
	"hushwing/i18n"
)

// serverCauses: the way to a server, and who it is.
var serverCauses = map[client.Cause]explanation{
	client.OnionUnknown: {
		i18n.Mark("There is no such onion service at present."),
		i18n.Mark("Look at the onion address once more. If it is right, the server is switched off: try again later."),
		tryAgain, remedyRetry,
	},
	client.OnionInvalid: {
		i18n.Mark("That is not an onion address: a letter is wrong or missing."),
		i18n.Mark("Copy it once more from where you have it."),
		i18n.Message{},
		remedyEdit,
	},
	client.NameUnknown: {
		i18n.Mark("There is no server of that name."),
		i18n.Mark("Look at how it is spelled. If it is right, try again later."),
		tryAgain, remedyRetry,
	},
	client.ServerRefuses: {
		i18n.Mark("The server was reached, but it takes no connections there."),
		i18n.Mark("Try again later, or use another server."),
		tryAgain, remedyRetry,
	},
	client.ServerUnreachable: {
		i18n.Mark("The server could not be reached through Tor."),
		i18n.Mark("Try again in a minute: Tor then goes another way."),
		tryAgain, remedyRetry,
	},
	client.ServerHangs: {
		i18n.Mark("The server does not answer."),
		i18n.Mark("Try again in a minute."),
		tryAgain, remedyRetry,
	},
	client.ServerCloses: {
		i18n.Mark("The server ended the connection."),
		i18n.Mark("Try again in a minute."),
		tryAgain, remedyRetry,
	},
	client.ServerNoTLS: {
		i18n.Mark("The server offers no encrypted connection, so Hushwing does not use it."),
		i18n.Mark("Use another server."),
		anotherServer, remedyServer,
	},
	client.ServerTLSWeak: {
		i18n.Mark("The server’s encryption is too weak, so Hushwing does not use it."),
		i18n.Mark("Use another server, or ask whoever runs this one to bring it up to date."),
		anotherServer, remedyServer,
	},
	client.ServerNotXMPP: {
		i18n.Mark("Something answers there, but it is not a chat server."),
		i18n.Mark("Look at the name of the server once more."),
		anotherServer, remedyServer,
	},
	client.NotOffered: {
		i18n.Mark("Nobody can chat at this address’s server: it says so itself."),
		i18n.Mark("Look at the name of the server once more."),
		anotherServer, remedyServer,
	},
	client.NotHere: {
		i18n.Mark("The server that answers is not the one for this address."),
		i18n.Mark("Look at the name of the server once more."),
		anotherServer, remedyServer,
	},
	client.CertificateExpired: {
		i18n.Mark("The server’s identity card has run out. Nothing of yours was sent."),
		i18n.Mark("See whether this computer’s clock is right. If it is, try again later or use another server."),
		tryAgain, remedyRetry,
	},
	client.CertificateLapsed: {
		i18n.Mark("By this computer’s clock, the identity card of your server has run out. Nothing of yours was sent."),
		i18n.Mark("If date and time are right here, whoever runs the server has not renewed it: tell them. Hushwing goes on by itself as soon as they have."),
		tryAgain, remedyRetry,
	},
	client.CertificateNotYet: {
		i18n.Mark("The server’s identity card is not valid yet. Nothing of yours was sent."),
		i18n.Mark("See whether this computer’s clock is right: it may be slow."),
		tryAgain, remedyRetry,
	},
	client.CertificateWrongName: {
		i18n.Mark("The server showed the identity card of another one. Nothing of yours was sent."),
		i18n.Mark("Look at the name of the server once more. If it is right, someone may be in between: wait, or use another server."),
		anotherServer, remedyServer,
	},
	client.CertificateUnknownIssuer: {
		i18n.Mark("Nobody whom Hushwing trusts vouches for this server. Nothing of yours was sent."),
		i18n.Mark("Use its onion address if it has one, or another server."),
		anotherServer, remedyServer,
	},
	client.CertificateOther: {
		i18n.Mark("The server could not show who it is. Nothing of yours was sent."),
		i18n.Mark("Try again later, or use another server."),
		anotherServer, remedyServer,
	},
	client.CertificateNewKey: {
		i18n.Mark("The server’s identity changed. It may have been renewed; someone may also be in between. Nothing of yours was sent."),
		i18n.Mark("Wait, or look closer at what is known."),
		tryAgain, remedyRetry,
	},
	client.CertificateSettled: {
		i18n.Mark("There is nothing to decide about this server any more."),
		i18n.Mark("Close this question."),
		i18n.Message{},
		remedyNone,
	},
	client.CertificateAnother: {
		i18n.Mark("Meanwhile the server shows yet another identity. Nothing was decided about that one."),
		i18n.Mark("Look at it before you do."),
		i18n.Message{},
		remedyNone,
	},
	client.CertificateNameTyped: {
		i18n.Mark("That is not the name of the server."),
		i18n.Mark("Type it as it stands after the @ of your address."),
		i18n.Message{},
		remedyEdit,
	},
	client.CertificateNoProof: {
		i18n.Mark("The server is not asked for a proof here."),
		i18n.Mark("Wait, or decide by what else is known."),
		i18n.Message{},
		remedyNone,
	},
}

// accountCauses: signing in, and making an address.
var accountCauses = map[client.Cause]explanation{
	client.SignInWrongPassword: {
		i18n.Mark("The server does not know this address with this password."),
		i18n.Mark("Look at both once more. Capitals count."),
		i18n.Message{},
		remedyEdit,
	},
	client.SignInDisabled: {
		i18n.Mark("The server has closed this address."),
		i18n.Mark("Ask whoever runs the server, or make a new address elsewhere."),
		anotherServer, remedyServer,
	},
	client.SignInLater: {
		i18n.Mark("The server cannot sign you in just now."),
		i18n.Mark("Try again in a minute."),
		tryAgain, remedyRetry,
	},
	client.SignInNoSCRAM: {
		i18n.Mark("The server wants your password itself, instead of a proof that you know it. Hushwing does not hand it over."),
		i18n.Mark("Use another server, or ask whoever runs this one to bring it up to date."),
		anotherServer, remedyServer,
	},
	client.SignInDowngrade: {
		i18n.Mark("The server suddenly offers a weaker way of signing in than before. Someone may be in between, so Hushwing stopped."),
		i18n.Mark("Try again later. If it stays like this, ask whoever runs the server. If they changed something, you can sign in all the same."),
		tryAgain, remedyRetry,
	},
	client.ServerNotProven: {
		i18n.Mark("The server could not prove that it knows you. Someone may be in between, so Hushwing stopped."),
		i18n.Mark("Try again later. If it stays like this, ask whoever runs the server."),
		tryAgain, remedyRetry,
	},
	client.SignedInElsewhere: {
		i18n.Mark("Another program signed in with this address in Hushwing’s place."),
		i18n.Mark("If that was not you, change the password of this address."),
		tryAgain, remedyRetry,
	},
	client.RegistrationClosed: {
		i18n.Mark("This server makes no new addresses from within a program."),
		i18n.Mark("Choose another server."),
		anotherServer, remedyServer,
	},
	client.NameTaken: {
		i18n.Mark("Somebody else has that name on this server."),
		i18n.Mark("Choose another name."),
		i18n.Message{},
		remedyEdit,
	},
	client.NameNotAllowed: {
		i18n.Mark("The server does not allow that name."),
		i18n.Mark("Use small letters and digits only."),
		i18n.Message{},
		remedyEdit,
	},
	client.RegistrationRefused: {
		i18n.Mark("The server did not make the address."),
		i18n.Mark("Change what you filled in, or choose another server."),
		anotherServer, remedyServer,
	},
	client.FormCannotShow: {
		i18n.Mark("This server asks for something that Hushwing cannot show, such as a sound or a damaged picture."),
		i18n.Mark("Choose another server."),
		anotherServer, remedyServer,
	},
	client.FormElsewhere: {
		i18n.Mark("This server wants a website visited first. Hushwing opens none: that would lead out of Tor."),
		i18n.Mark("Choose another server, or make the address there with Tor Browser and use it here."),
		anotherServer, remedyServer,
	},
	client.PuzzleWrong: {
		i18n.Mark("That is not what the picture shows, or it took too long."),
		i18n.Mark("Try once more, with another picture."),
		i18n.Message{},
		remedyEdit,
	},
	client.RegistrationLater: {
		i18n.Mark("The server does not make the address just now. It may have made too many from Tor lately."),
		i18n.Mark("Try again in a while, or choose another server."),
		tryAgain, remedyRetry,
	},
}
