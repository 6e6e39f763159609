# Runs the daemon of dhcp: PROGRAM SOCKET.
#
# One that was killed leaves its socket, on which another doesn't listen (daemon.go getListener).
set -eu
rm -f "$2"
exec "$1" daemon -socketpath "$2"
