/** What stands in the way of an aim, by the race; told where the aim was missed. From profiles of 2026-11-21. */
export const OBSTACLES: Readonly<Record<string, string>> = {
  reads:
    'A bare ssh2 client that has the same conversation, checks no host key and reads nothing takes 2.5 ms of CPU for a router on the machine of the profile; Scrapli’s asyncssh, whose arithmetic and ciphers are OpenSSL’s in both cases, takes 4 ms and Netmiko 8 to 13 ms. So with ssh2 on one core Scrapli can be beaten 1.6 times at most, and Netmiko 5 times. What trustfleet adds is the start of the program, host keys, transcripts and the reading of what came.',
  'reads-far':
    'Two hundred routers at once are bound by CPU and no longer by the distance: what the first table says a router takes, times 200, on one core, comes on top of nine round trips. Two processes over two halves of the fleet would share it.',
  configure:
    'A tenth of Netmiko’s time is about five round trips, and a login takes eight of them before the first line can be typed. The lines themselves go in rows of at most 254 characters, which is what a router’s input buffer takes; each row waits for the one before, because the first refusal must stop the block.',
  reader:
    'What is left is the making of what was read, and its collection as garbage: two certificates an output, each with names in parts, dates and numbers. TextFSM and Genie leave strings. The compiler of V8 needs some hundred outputs to get warm.',
  render:
    'What routers have in common is drawn once already; what is left is to look at every value that goes into a line, which Jinja2 does not do, and to put lines together, which costs both the same.',
  'cold-start':
    'Node itself takes a fifth to a third of it. The rest is to load and compile what reads an inventory (YAML, its schema) and what foresees an enrollment.',
  enroll:
    'Every turn beyond those of the floor costs one round trip; a step whose lines depend on what the step before has shown begins when that has come.',
  memory:
    'Most of it lies outside of JavaScript’s heap: cipher contexts of OpenSSL and the buffers of socket and channel, which ssh2 makes for each connection.',
  'memory-fleet':
    'What is kept of each device that is done is a digest: its name, its outcome and its times. What differs beside that is chance: how many of those in work hold a long output at the moment of a look.',
  legacy:
    'Arithmetic is not in the way any more: key exchanges are computed in a thread, and one handshake goes on in each turn of the event loop. What is left of a login (host key check, key derivation, opening of the session: 5 ms) shares the event loop with those at work, and here thread, event loop and the measuring share one core.',
  ndes: 'While a slot changes hands it is empty: the next password is fetched from the admin page when the CA’s answer to the one before has been read.',
};
