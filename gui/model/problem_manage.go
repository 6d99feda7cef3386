package model

import (
	"hushwing/client"
	"hushwing/i18n"
)

// manageCauses: what is done with an address that is there already.
var manageCauses = map[client.Cause]explanation{
	client.NotOnline: {
		i18n.Mark("This needs a connection to the server, and there is none just now."),
		i18n.Mark("Try again when the address is connected."),
		tryAgain, remedyRetry,
	},
	client.DeleteRefused: {
		i18n.Mark("The server does not delete the address. Nothing was removed."),
		i18n.Mark("Ask whoever runs the server. You can still remove the address from this computer alone."),
		i18n.Message{},
		remedyNone,
	},
	client.DeleteUnsure: {
		i18n.Mark("The server did not say whether it deleted the address. Nothing was removed here."),
		i18n.Mark("Try again. If the server does not know the address any more, it is deleted: remove it from this computer."),
		tryAgain, remedyRetry,
	},
	client.PasswordRefused: {
		i18n.Mark("The server did not take a new password. The old one is still in use."),
		i18n.Mark("Ask whoever runs the server whether passwords can be changed there."),
		i18n.Message{},
		remedyNone,
	},
	client.PasswordUnsure: {
		i18n.Mark("The server did not say whether it took the new password. Hushwing keeps both."),
		i18n.Mark("The next sign-in shows which one it is. There is nothing for you to do."),
		i18n.Message{},
		remedyNone,
	},
}
