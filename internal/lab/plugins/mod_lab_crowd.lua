-- mod_lab_crowd - people whose programs are not there: sessions without a
-- connection, which send what they are told. All else about them is the server's
-- own: their rosters, who may see them, and what their contacts are sent.
--
-- It listens on lab_crowd_address, port 5280, for a presence, then names, each on
-- a line of its own, then an empty line, and answers with how many of them sent it.
--
-- Copyright (C) The Hushwing authors
-- SPDX-License-Identifier: GPL-3.0-or-later

module:set_global();

local add_task = require "util.timer".add_task;
local logger = require "util.logger";
local server = require "net.server";
local sessionmanager = require "core.sessionmanager";
local st = require "util.stanza";
local xml = require "util.xml";

local host = assert(module:get_option_string("lab_crowd_host"));
local together = 100; -- how many send in one turn of the server's loop
local people = {};

local function nothing() return true; end

local function arrive(name)
	local session = {
		type = "c2s_unauthed"; host = host; secure = true; ip = "127.0.0.1";
		log = logger.init("crowd"); send = nothing; rawsend = nothing;
	};
	function session:close() people[name] = nil; sessionmanager.destroy_session(self); end
	assert(sessionmanager.make_authenticated(session, name));
	assert(sessionmanager.bind_resource(session, "crowd"));
	people[name] = session;
	return session;
end

local function send(name, presence)
	prosody.core_process_stanza(people[name] or arrive(name), st.clone(presence));
	if presence.attr.type == "unavailable" then people[name]:close(); end
end

local function carry_out(presence, names, conn)
	local sent = 0;
	add_task(0, function ()
		for i = sent + 1, math.min(sent + together, #names) do send(names[i], presence); sent = i; end
		if sent < #names then return 0; end
		conn:write(sent.."\n");
	end);
end

local open = {}; -- by connection, what came of a command

assert(server.listen(assert(module:get_option_string("lab_crowd_address")), 5280, {
	onconnect = function (conn) open[conn] = ""; end;
	ondisconnect = function (conn) open[conn] = nil; end;
	onincoming = function (conn, data)
		open[conn] = open[conn]..data;
		local text, rest = open[conn]:match("^(.-\n)\n(.*)$");
		if not text then return; end
		open[conn] = rest;
		local names = {};
		for line in text:gmatch("([^\n]*)\n") do names[#names + 1] = line; end
		carry_out(assert(xml.parse(table.remove(names, 1))), names, conn);
	end;
}));
