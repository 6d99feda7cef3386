-- mod_lab_tap - writes down every stanza that the server sees, as JSON lines.
-- For tests of what whoever runs a server could read.
--
-- Copyright (C) The Hushwing authors
-- SPDX-License-Identifier: GPL-3.0-or-later

module:set_global();

local filters = require "util.filters";
local json = require "util.json";

local file = assert(io.open(assert(module:get_option_string("lab_tap_file")), "a"));
file:setvbuf("line");

local kinds = { message = true; presence = true; iq = true };

local function record(dir, stanza, from)
	if type(stanza) ~= "table" or not kinds[stanza.name] then return; end
	local attr = stanza.attr;
	-- Of thousands (mod_lab_crowd) nothing is kept: whoever reads this would read
	-- little else.
	if attr.from and attr.from:find("^crowd%d") then return; end
	if stanza.tags[1] and #stanza.tags[1].tags > 1000 then return; end
	file:write(json.encode({
		dir = dir; kind = stanza.name;
		from = from or attr.from or ""; to = attr.to or ""; type = attr.type or "";
		body = stanza:get_child_text("body") or "";
		xml = tostring(stanza);
	}), "\n");
end

local function stanza_in(stanza, session)
	record("in", stanza, session.full_jid);
	return stanza;
end

local function stanza_out(stanza)
	record("out", stanza);
	return stanza;
end

-- Before any other filter on the way in, after all others on the way out, and
-- with nothing in between: what the network carries.
filters.add_filter_hook(function (session)
	filters.add_filter(session, "stanzas/in", stanza_in, 10000);
	filters.add_filter(session, "stanzas/out", stanza_out, -10000);
end);

function module.add_host(host)
	host:hook("message/offline/handle", function (event)
		record("offline", event.stanza);
	end, 10000);
end
