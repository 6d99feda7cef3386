/* otrpeer - a chat partner on libotr, driven over standard input and output.
 *
 * Copyright (C) The Hushwing authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For tests: what Hushwing's private conversations have to get along with. One
 * contact, one account, no network: what is to be sent comes out as an event.
 *
 *     otrpeer ACCOUNT CONTACT POLICY MAX [KEYFILE]
 *
 * POLICY is a libotr policy in decimal, MAX the greatest length of an injected
 * message (0: no bound). Without KEYFILE the key lives as long as the process.
 *
 * A line is a word and its fields, separated by a space. A field is base64, or
 * "-" when it is empty. Every command is answered by its events and then "done".
 * The first lines are "ours FINGERPRINT", "tag HEX" and "done".
 *
 *     recv BODY | send TEXT | query | smp SECRET | smpq QUESTION SECRET
 *     answer SECRET | abort | end | tick | symkey USAGE DATA
 *
 * The process ends with its input, so it never outlives who drives it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gcrypt.h>

#include <libotr/proto.h> /* before message.h, which needs it */

#include <libotr/b64.h>
#include <libotr/context.h>
#include <libotr/instag.h>
#include <libotr/message.h>
#include <libotr/privkey.h>
#include <libotr/tlv.h>

#define PROTOCOL "xmpp"

static OtrlUserState us;
static OtrlPolicy the_policy;
static int the_max;
static const char *account, *contact;
static const char *key_file;
static ConnContext *smp_context; /* who asked us last */

static void out_of_memory(void)
{
	fputs("otrpeer: out of memory\n", stderr);
	exit(3);
}

/* ---- lines ------------------------------------------------------------- */

static void field(const void *data, size_t len)
{
	char *b;

	putchar(' ');
	if (len == 0) {
		putchar('-');
		return;
	}
	b = malloc((len + 2) / 3 * 4 + 1);
	if (b == NULL)
		out_of_memory();
	b[otrl_base64_encode(b, data, len)] = '\0';
	fputs(b, stdout);
	free(b);
}

static void event(const char *kind, const char *text)
{
	fputs(kind, stdout);
	field(text ? text : "", text ? strlen(text) : 0);
	putchar('\n');
}

/* next_field takes one field off *line, decoded and with a NUL behind it. */
static char *next_field(char **line, size_t *len)
{
	char *w = strsep(line, " "), *d;
	size_t n = 0;

	if (w == NULL || strcmp(w, "-") == 0)
		w = "";
	d = malloc(strlen(w) + 4);
	if (d == NULL)
		out_of_memory();
	n = otrl_base64_decode((unsigned char *)d, w, strlen(w));
	d[n] = '\0';
	if (len)
		*len = n;
	return d;
}

/* ---- what libotr asks and tells ------------------------------------------ */

static OtrlPolicy op_policy(void *o, ConnContext *c)
{
	(void)o, (void)c;
	return the_policy;
}

static void op_create_privkey(void *o, const char *a, const char *p)
{
	FILE *f;

	(void)o;
	if (key_file) {
		otrl_privkey_generate(us, key_file, a, p);
		return;
	}
	if ((f = tmpfile()) != NULL) {
		otrl_privkey_generate_FILEp(us, f, a, p);
		fclose(f);
	}
}

static void op_create_instag(void *o, const char *a, const char *p)
{
	char name[4096];
	FILE *f;

	(void)o;
	if (key_file && (size_t)snprintf(name, sizeof name, "%s.tag", key_file) < sizeof name) {
		otrl_instag_generate(us, name, a, p);
		return;
	}
	if ((f = tmpfile()) != NULL) {
		otrl_instag_generate_FILEp(us, f, a, p);
		fclose(f);
	}
}

static int op_is_logged_in(void *o, const char *a, const char *p, const char *r)
{
	(void)o, (void)a, (void)p, (void)r;
	return 1;
}

static void op_inject(void *o, const char *a, const char *p, const char *r, const char *message)
{
	(void)o, (void)a, (void)p, (void)r;
	event("inject", message);
}

static void op_nothing(void *o)
{
	(void)o;
}

static void op_new_fingerprint(void *o, OtrlUserState s, const char *a, const char *p, const char *u, unsigned char f[20])
{
	(void)o, (void)s, (void)a, (void)p, (void)u, (void)f;
}

static void theirs(ConnContext *c)
{
	char h[41] = "";
	int i;

	if (c->active_fingerprint == NULL)
		return;
	for (i = 0; i < 20; i++)
		sprintf(h + 2 * i, "%02X", c->active_fingerprint->fingerprint[i]);
	event("theirs", h);
}

static void op_gone_secure(void *o, ConnContext *c)
{
	(void)o;
	event("secure", "new");
	theirs(c);
}

static void op_still_secure(void *o, ConnContext *c, int reply)
{
	(void)o, (void)reply;
	event("secure", "still");
	theirs(c);
}

static void op_gone_insecure(void *o, ConnContext *c)
{
	(void)o, (void)c;
	event("insecure", NULL);
}

static int op_max(void *o, ConnContext *c)
{
	(void)o, (void)c;
	return the_max;
}

static void op_symkey(void *o, ConnContext *c, unsigned int use, const unsigned char *data, size_t len, const unsigned char *key)
{
	(void)o, (void)c;
	printf("symkey %u", use);
	field(data, len);
	field(key, OTRL_EXTRAKEY_BYTES);
	putchar('\n');
}

static const char *op_error_message(void *o, ConnContext *c, OtrlErrorCode e)
{
	(void)o, (void)c;
	switch (e) {
	case OTRL_ERRCODE_ENCRYPTION_ERROR:
		return "Error encrypting message.";
	case OTRL_ERRCODE_MSG_NOT_IN_PRIVATE:
		return "You sent encrypted data to a peer who was not expecting it.";
	case OTRL_ERRCODE_MSG_UNREADABLE:
		return "You transmitted an unreadable encrypted message.";
	case OTRL_ERRCODE_MSG_MALFORMED:
		return "You transmitted a malformed data message.";
	default:
		return "";
	}
}

static void op_error_free(void *o, const char *m)
{
	(void)o, (void)m;
}

static void op_smp(void *o, OtrlSMPEvent e, ConnContext *c, unsigned short percent, char *question)
{
	(void)o, (void)percent;
	switch (e) {
	case OTRL_SMPEVENT_ASK_FOR_SECRET:
	case OTRL_SMPEVENT_ASK_FOR_ANSWER:
		smp_context = c;
		event("smp-ask", question);
		break;
	case OTRL_SMPEVENT_IN_PROGRESS:
		event("smp-progress", NULL);
		break;
	case OTRL_SMPEVENT_SUCCESS:
		event("smp-ok", NULL);
		break;
	case OTRL_SMPEVENT_FAILURE:
		event("smp-fail", NULL);
		break;
	case OTRL_SMPEVENT_ABORT:
		event("smp-abort", NULL);
		break;
	case OTRL_SMPEVENT_CHEATED:
	case OTRL_SMPEVENT_ERROR:
		event("smp-cheat", NULL);
		otrl_message_abort_smp(us, o, NULL, c);
		break;
	default:
		break;
	}
}

static void op_event(void *o, OtrlMessageEvent e, ConnContext *c, const char *message, gcry_error_t err)
{
	static const char *const names[] = {
		"none", "encryption-required", "encryption-error", "connection-ended", "setup-error", "reflected",
		"resent", "not-in-private", "unreadable", "malformed", "heartbeat-received", "heartbeat-sent",
		"general-error", "unencrypted", "unrecognized", "other-instance",
	};

	(void)o, (void)c, (void)err;
	if (e == OTRL_MSGEVENT_RCVDMSG_UNENCRYPTED) {
		event("clear", message);
		return;
	}
	event("note", (size_t)e < sizeof names / sizeof *names ? names[e] : "unknown");
}

static OtrlMessageAppOps ops = {
	.policy = op_policy,
	.create_privkey = op_create_privkey,
	.create_instag = op_create_instag,
	.is_logged_in = op_is_logged_in,
	.inject_message = op_inject,
	.update_context_list = op_nothing,
	.new_fingerprint = op_new_fingerprint,
	.write_fingerprints = op_nothing,
	.gone_secure = op_gone_secure,
	.gone_insecure = op_gone_insecure,
	.still_secure = op_still_secure,
	.max_message_size = op_max,
	.received_symkey = op_symkey,
	.otr_error_message = op_error_message,
	.otr_error_message_free = op_error_free,
	.handle_smp_event = op_smp,
	.handle_msg_event = op_event,
};

/* ---- commands -------------------------------------------------------------- */

static ConnContext *best(void)
{
	return otrl_context_find(us, contact, account, PROTOCOL, OTRL_INSTAG_BEST, 0, NULL, NULL, NULL);
}

static void do_recv(const char *body)
{
	char *text = NULL;
	OtrlTLV *tlvs = NULL;
	ConnContext *c = NULL;
	int internal;

	internal = otrl_message_receiving(us, &ops, &ops, account, PROTOCOL, contact, body, &text, &tlvs, &c, NULL, NULL);
	if (otrl_tlv_find(tlvs, OTRL_TLV_DISCONNECTED) != NULL) {
		event("ended", NULL);
		event("insecure", NULL); /* libotr 4.1 has the callback but never calls it */
	}
	if (!internal)
		event(text != NULL && c != NULL && c->msgstate == OTRL_MSGSTATE_ENCRYPTED ? "msg" : "clear", text ? text : body);
	otrl_tlv_free(tlvs);
	otrl_message_free(text);
}

static void do_send(const char *text)
{
	char *sealed = NULL;
	gcry_error_t err;

	err = otrl_message_sending(us, &ops, &ops, account, PROTOCOL, contact, OTRL_INSTAG_BEST, text, NULL, &sealed,
	                           OTRL_FRAGMENT_SEND_ALL, NULL, NULL, NULL);
	if (err)
		event("error", gcry_strerror(err));
	else if (sealed == NULL) /* policy allows it in clear: sending is ours to do */
		event("inject", text);
	otrl_message_free(sealed);
}

static void do_query(void)
{
	char *q = otrl_proto_default_query_msg(account, the_policy);

	if (q == NULL)
		out_of_memory();
	event("inject", q);
	free(q);
}

static void do_smp(ConnContext *c, const char *question, const char *secret, size_t len)
{
	if (c == NULL || c->msgstate != OTRL_MSGSTATE_ENCRYPTED) {
		event("error", "not private");
		return;
	}
	if (question != NULL && *question)
		otrl_message_initiate_smp_q(us, &ops, &ops, c, question, (const unsigned char *)secret, len);
	else
		otrl_message_initiate_smp(us, &ops, &ops, c, (const unsigned char *)secret, len);
}

static void do_symkey(char *usage, const char *data, size_t len)
{
	unsigned char key[OTRL_EXTRAKEY_BYTES];
	ConnContext *c = best();
	gcry_error_t err;

	if (c == NULL || c->msgstate != OTRL_MSGSTATE_ENCRYPTED) {
		event("error", "not private");
		return;
	}
	err = otrl_message_symkey(us, &ops, &ops, c, (unsigned int)strtoul(usage, NULL, 10), (const unsigned char *)data, len, key);
	if (err) {
		event("error", gcry_strerror(err));
		return;
	}
	fputs("key", stdout);
	field(key, sizeof key);
	putchar('\n');
}

static void command(char *line)
{
	char *word = strsep(&line, " "), *a = NULL, *b = NULL;
	size_t n = 0;

	if (strcmp(word, "recv") == 0) {
		do_recv(a = next_field(&line, NULL));
	} else if (strcmp(word, "send") == 0) {
		do_send(a = next_field(&line, NULL));
	} else if (strcmp(word, "query") == 0) {
		do_query();
	} else if (strcmp(word, "smp") == 0) {
		a = next_field(&line, &n);
		do_smp(best(), NULL, a, n);
	} else if (strcmp(word, "smpq") == 0) {
		a = next_field(&line, NULL);
		b = next_field(&line, &n);
		do_smp(best(), a, b, n);
	} else if (strcmp(word, "answer") == 0) {
		a = next_field(&line, &n);
		if (smp_context != NULL)
			otrl_message_respond_smp(us, &ops, &ops, smp_context, (unsigned char *)a, n);
		else
			event("error", "nobody asked");
	} else if (strcmp(word, "abort") == 0) {
		ConnContext *c = best();
		if (c != NULL)
			otrl_message_abort_smp(us, &ops, &ops, c);
	} else if (strcmp(word, "end") == 0) {
		ConnContext *c = best();
		int private = c != NULL && c->msgstate == OTRL_MSGSTATE_ENCRYPTED;
		otrl_message_disconnect_all_instances(us, &ops, &ops, account, PROTOCOL, contact);
		if (private)
			event("insecure", NULL);
	} else if (strcmp(word, "tick") == 0) {
		otrl_message_poll(us, &ops, &ops);
	} else if (strcmp(word, "symkey") == 0) {
		char *usage = strsep(&line, " ");
		a = next_field(&line, &n);
		do_symkey(usage ? usage : "0", a, n);
	} else {
		event("error", "unknown command");
	}
	free(a);
	free(b);
}

int main(int argc, char **argv)
{
	char fingerprint[OTRL_PRIVKEY_FPRINT_HUMAN_LEN];
	unsigned char raw[20];
	char hex[41] = "", name[4096];
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	OtrlInsTag *tag;
	int i;

	if (argc < 5 || argc > 6) {
		fputs("usage: otrpeer ACCOUNT CONTACT POLICY MAX [KEYFILE]\n", stderr);
		return 2;
	}
	account = argv[1];
	contact = argv[2];
	the_policy = (OtrlPolicy)strtoul(argv[3], NULL, 10);
	the_max = atoi(argv[4]);
	key_file = argc > 5 ? argv[5] : NULL;

	/* Keys of a test are worth nothing; waiting for entropy costs seconds. */
	gcry_control(GCRYCTL_ENABLE_QUICK_RANDOM, 0);
	OTRL_INIT;
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);

	us = otrl_userstate_create();
	if (key_file != NULL) {
		otrl_privkey_read(us, key_file);
		if ((size_t)snprintf(name, sizeof name, "%s.tag", key_file) < sizeof name)
			otrl_instag_read(us, name);
	}
	if (otrl_privkey_find(us, account, PROTOCOL) == NULL)
		op_create_privkey(NULL, account, PROTOCOL);
	if (otrl_instag_find(us, account, PROTOCOL) == NULL)
		op_create_instag(NULL, account, PROTOCOL);
	tag = otrl_instag_find(us, account, PROTOCOL);
	if (otrl_privkey_fingerprint(us, fingerprint, account, PROTOCOL) == NULL || tag == NULL) {
		fputs("otrpeer: no key\n", stderr);
		return 1;
	}
	otrl_privkey_fingerprint_raw(us, raw, account, PROTOCOL);
	for (i = 0; i < 20; i++)
		sprintf(hex + 2 * i, "%02X", raw[i]);
	event("ours", hex);
	printf("tag %08X\n", (unsigned)tag->instag);
	puts("done");
	fflush(stdout);

	while ((len = getline(&line, &room, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		command(line);
		puts("done");
		fflush(stdout);
	}
	free(line);
	otrl_userstate_free(us);
	return 0;
}
