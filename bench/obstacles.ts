/** What stands in the way of an aim, by the race; told where the aim was missed. From profiles of 2026-11-21. */
export const OBSTACLES: Readonly<Record<string, string>> = {
  reads:
    'A bare ssh2 client that has the same conversation, checks no host key and reads nothing takes 1.5 to 1.7 ms of CPU for each further router on the machine of the profile (key agreement 0.1, ciphers and HMACs 0.3, system calls 0.35, the rest its JavaScript), trustfleet 2.8, Scrapli with asyncssh 3.5, Netmiko 8 to 13. A quarter of Scrapli’s and a tenth of Netmiko’s are below the bare client: with ssh2 on one core they cannot be reached. What trustfleet adds to it is host keys, type-ahead, prompts, and the reading of what came.',
  'reads-far':
    'Two hundred routers at once are bound by CPU as much as by the distance: a simulation of three waves on one core, with the program’s start before the first, gives 1.19 times the floor at no CPU at all for a router, 1.24 at 2.5 ms and 1.35 at 3.7. Spreading the starts, or serving those first that are nearly done, gains less than 0.1 s in it. A second process over the other half of the fleet would share the CPU; here the second core belongs to the routers.',
  configure:
    'A tenth of Netmiko’s time is about five round trips, and a login takes eight of them before the first line can be typed. The lines themselves go in rows of at most 254 characters, which is what a router’s input buffer takes; each row waits for the one before, because the first refusal must stop the block.',
  reader:
    'V8 itself: some 35 of the 60 ms are spent on getting warm (its optimizing compiler has a thread of its own, whose CPU counts here), which Python has no need of. With 20,000 outputs in place of 10,000 the aim is met (57 times, 0.0047 ms), with 100,000 it is 0.0028 ms. Most of what is left is the pattern that finds a certificate, and the keeping of names in parts, dates and numbers where TextFSM and Genie leave strings.',
  render:
    'What routers have in common is drawn once, and lines with values of their own are put together from pieces. What is left is V8’s compiler getting warm (40 of 130 ms), garbage, and the look at every value that goes into a line, which Jinja2 does not do.',
  'cold-start':
    'Node itself takes a fifth to a third of it. The rest is to compile and evaluate the modules of the inventory and its schema (74 of 175 ms busy), to read the inventory (19), to draw the first templates (17, most of it the parser of Handlebars), and garbage.',
  enroll:
    'Every turn beyond those of the floor costs one round trip: configure terminal is waited for before a line is typed behind it, rows of reads and of lines are at most 254 characters, which a router’s input buffer surely takes, and while the router logs to the terminal nothing is typed ahead.',
  memory:
    'Most of it lies outside of JavaScript’s heap: cipher contexts of OpenSSL and the buffers of socket and channel, which ssh2 makes for each connection.',
  'memory-fleet':
    'It is there from the first second and does not grow: with 3,000 devices 15 to 19 MB are in use beyond the loaded program after each collection from beginning to end, and 11 when the last one ends. 1.7 KB is the place of a device that waits for its turn, with what will be done then (queue, promises, its lines of the view); what stays of one that is done is its digest.',
  legacy:
    'Arithmetic is not in the way any more: key exchanges are computed in a thread, and one handshake goes on in each turn of the event loop. What is left of a login (host key check, key derivation, opening of the session: 5 ms) shares the event loop with those at work, and here thread, event loop and the measuring share one core.',
  ndes: 'While a slot changes hands it is empty: the next password is fetched from the admin page when the CA’s answer to the one before has been read.',
};
