"""Rules on what an IPAM plugin hands out: subnets, ranges, and sets of them."""

from multus_lab.plugins import Placeholder
from tests.unit.rules import Case, E, R, at, lab
from tests.unit.rules.addresses.networks import NET, V6, host_local, of, sets, static, whereabouts

HALVES = [{"subnet": NET, "rangeEnd": "10.1.0.99"}, {"subnet": NET, "rangeStart": "10.1.0.100"}]
TWICE = [{"range": "10.1.0.10-10.1.0.19/24"}, {"range": "10.1.0.40-10.1.0.49/24"}]

_SUBNETS = [
    Case("IPA201", "host bits", lab(of(host_local(subnet="10.1.0.7/24"))), [(E, "ipam.subnet")]),
    Case("IPA201", "the network's address", lab(of(host_local(subnet=NET)))),
    Case(
        "IPA201", "two addresses", lab(of(host_local(subnet="10.1.0.0/31"))), [(E, "ipam.subnet")]
    ),
    Case("IPA201", "four addresses", lab(of(host_local(subnet="10.1.0.0/30")))),
    Case(
        "IPA201",
        "two addresses of IPv6",
        lab(of(host_local(subnet="2001:db8::/127"))),
        [(E, "ipam.subnet")],
    ),
    Case("IPA201", "four addresses of IPv6", lab(of(host_local(subnet="2001:db8::/126")))),
    Case(
        "IPA201",
        "IPv4 written as IPv6",
        lab(of(host_local(subnet="::ffff:10.1.0.0/120"))),
        [(E, "ipam.subnet")],
    ),
    Case("IPA201", "an empty subnet, which NAD004 finds", lab(of(host_local(subnet="")))),
    Case("IPA201", "null, which NAD010 finds", lab(of(host_local(subnet=None)))),
    Case(
        "IPA201",
        "null beside ranges",
        lab(of(host_local(subnet=None, ranges=[[{"subnet": NET}]]))),
        [(E, "ipam.subnet")],
    ),
    Case(
        "IPA201",
        "host bits in a set",
        lab(of(sets([{"subnet": "10.1.0.9/24"}]))),
        [(E, "ipam.ranges.0.0.subnet")],
    ),
    Case(
        "IPA201",
        "a key in another case",
        lab(of(host_local(Subnet="10.1.0.7/24"))),
        [(E, "ipam.Subnet")],
    ),
    Case(
        "IPA201", "a subnet that is rendered later", lab(of(host_local(subnet=Placeholder("${X}"))))
    ),
    Case("IPA201", "host bits with whereabouts", lab(of(whereabouts(range="10.1.0.7/24")))),
    Case(
        "IPA201",
        "a main plugin that nobody knows",
        lab(of(host_local(subnet="10.1.0.7/24"), kind="lab-cni")),
    ),
]

_ENDS = [
    Case(
        "IPA202",
        "a start outside of the subnet",
        lab(of(host_local(subnet=NET, rangeStart="10.2.0.1"))),
        [(E, "ipam.rangeStart")],
    ),
    Case(
        "IPA202",
        "start and end in order",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.20", rangeEnd="10.1.0.20"))),
    ),
    Case(
        "IPA202",
        "an end outside of the subnet",
        lab(of(host_local(subnet=NET, rangeEnd="10.1.1.0"))),
        [(E, "ipam.rangeEnd")],
    ),
    Case(
        "IPA202",
        "a start of the other family",
        lab(of(host_local(subnet=NET, rangeStart=V6[:-3] + "1"))),
        [(E, "ipam.rangeStart")],
    ),
    Case(
        "IPA202",
        "an end before the start",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.50", rangeEnd="10.1.0.20"))),
        [(E, "ipam.rangeEnd")],
    ),
    Case(
        "IPA202",
        "a start written as IPv6",
        lab(of(host_local(subnet=NET, rangeStart="::ffff:10.1.0.9"))),
    ),
    # Releases before v1.10.0 take it: they hand out .255, and then 10.1.1.0.
    Case(
        "IPA202",
        "a start behind the last address",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.255"))),
        [(E, "ipam.rangeStart")],
    ),
    Case(
        "IPA202",
        "a start behind the last address, refused",
        at("v1.10.0", of(host_local(subnet=NET, rangeStart="10.1.0.255"))),
        [(E, "ipam.rangeStart")],
    ),
    Case(
        "IPA202",
        "a start at the last address",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.254"))),
    ),
    Case(
        "IPA202",
        "an end that is rendered later",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.50", rangeEnd=Placeholder("${X}")))),
    ),
    Case(
        "IPA203",
        "the network's own address",
        lab(of(host_local(subnet=NET, rangeStart="10.1.0.0"))),
        [(R, "ipam.rangeStart")],
    ),
    Case("IPA203", "the last but one", lab(of(host_local(subnet=NET, rangeEnd="10.1.0.254")))),
    Case(
        "IPA203",
        "the broadcast address",
        lab(of(host_local(subnet=NET, rangeEnd="10.1.0.255"))),
        [(R, "ipam.rangeEnd")],
    ),
    Case(
        "IPA203",
        "the last address of IPv6",
        lab(of(host_local(subnet=V6, rangeEnd="2001:db8::ffff:ffff:ffff:ffff"))),
    ),
    Case(
        "IPA203",
        "a start that whereabouts drops",
        lab(of(whereabouts(range=NET, range_start="10.1.0.0"))),
    ),
]

_SETS = [
    Case("IPA212", "an empty set", lab(of(sets([]))), [(E, "ipam.ranges.0")]),
    Case("IPA212", "a set for each family", lab(of(sets([{"subnet": NET}], [{"subnet": V6}])))),
    Case(
        "IPA212",
        "both families in a set",
        lab(of(sets([{"subnet": NET}, {"subnet": V6}]))),
        [(E, "ipam.ranges.0")],
    ),
    Case(
        "IPA212",
        "sets that overlap",
        lab(of(sets([{"subnet": NET}], [{"subnet": "10.1.0.0/16"}]))),
        [(E, "ipam.ranges.1.0.subnet")],
    ),
    Case("IPA212", "two parts of a subnet", lab(of(sets(HALVES)))),
    Case(
        "IPA212",
        "two addresses with an old version",
        lab(of(sets([{"subnet": NET}], [{"subnet": "10.2.0.0/24"}]), cniVersion="0.2.0")),
        [(E, "cniVersion")],
    ),
    Case(
        "IPA212",
        "one address of two ranges with an old version",
        lab(of(sets([{"subnet": NET}, {"subnet": "10.2.0.0/24"}]), cniVersion="0.2.0")),
    ),
    Case("IPA212", "two addresses", lab(of(sets([{"subnet": NET}], [{"subnet": "10.2.0.0/24"}])))),
    Case(
        "IPA212",
        "two addresses without a version",
        lab(of(static("10.1.0.4/24", "10.1.0.5/24"), cniVersion="")),
        [(E, "cniVersion")],
    ),
    Case(
        "IPA212",
        "an address of each family without a version",
        lab(of(static("10.1.0.4/24", "2001:db8::5/64"), cniVersion="")),
    ),
    Case(
        "IPA212",
        "one address twice",
        lab(of(static("10.1.0.4/24", "10.1.0.4/24"))),
        [(E, "ipam.addresses.1.address")],
    ),
    Case(
        "IPA212",
        "one address of IPv6 by two prefix lengths",
        lab(of(static("2001:db8::5/64", "2001:db8::5/96"))),
        [(E, "ipam.addresses.1.address")],
    ),
    Case(
        "IPA212",
        "one address twice beside a range",
        lab(of(whereabouts(range=NET) | static("10.2.0.4/24", "10.2.0.4/24", type="whereabouts"))),
        [(E, "ipam.addresses.1.address")],
    ),
    Case(
        "IPA212",
        "one address by two prefix lengths",
        lab(of(static("10.1.0.4/24", "10.1.0.4/16"))),
    ),
    Case(
        "IPA212",
        "two ranges of whereabouts in one network",
        lab(of(whereabouts(ipRanges=TWICE))),
        [(E, "ipam.ipRanges.1.range")],
    ),
    Case(
        "IPA212",
        "two networks of whereabouts that begin alike",
        lab(of(whereabouts(ipRanges=[{"range": NET}, {"range": "10.1.0.0/25"}]))),
        [(E, "ipam.ipRanges.1.range")],
    ),
    Case(
        "IPA212",
        "two networks of whereabouts that overlap further on",
        lab(of(whereabouts(ipRanges=[{"range": NET}, {"range": "10.1.0.128/25"}]))),
        [(R, "ipam.ipRanges.1.range")],
    ),
    Case(
        "IPA212",
        "an overlap of whereabouts that is excluded",
        lab(
            of(
                whereabouts(
                    ipRanges=[
                        {"range": NET, "exclude": ["10.1.0.128/25"]},
                        {"range": "10.1.0.128/25"},
                    ]
                )
            )
        ),
    ),
    Case(
        "IPA212",
        "two ranges of whereabouts in two networks",
        lab(of(whereabouts(range=NET, ipRanges=[{"range": "10.2.0.0/24"}, {"range": V6}]))),
    ),
]

_UNUSABLE = [
    Case("IPA220", "loopback", lab(of(host_local(subnet="127.0.0.0/8"))), [(E, "ipam.subnet")]),
    Case("IPA220", "any other network", lab(of(host_local(subnet="128.0.0.0/8")))),
    Case("IPA220", "multicast", lab(of(host_local(subnet="224.1.0.0/16"))), [(E, "ipam.subnet")]),
    # Linux 5.3 and newer use it as any other (rehearsed).
    Case("IPA220", "0.0.0.0/8", lab(of(host_local(subnet="0.1.0.0/16"))), [(R, "ipam.subnet")]),
    Case("IPA220", "IPv6 loopback", lab(of(whereabouts(range="::/64"))), [(E, "ipam.range")]),
    # host-local sets ::1 aside as the gateway.
    Case("IPA220", "a gateway on the loopback", lab(of(host_local(subnet="::/24")))),
    Case("IPA220", "IPv6 multicast", lab(of(whereabouts(range="ff02::/64"))), [(E, "ipam.range")]),
    Case(
        "IPA220",
        "the broadcast address for all pods",
        lab(of(static("10.1.0.255/24"))),
        [(E, "ipam.addresses.0.address")],
    ),
    # The kernel takes the network's own address, and Linux 5.14 and newer answer to it.
    Case(
        "IPA220",
        "the network's own address for all pods",
        lab(of(static("10.1.0.0/24"))),
        [(R, "ipam.addresses.0.address")],
    ),
    Case("IPA220", "other addresses that end so", lab(of(static("10.1.0.255/23", "10.1.0.0/32")))),
]

CASES = [*_SUBNETS, *_ENDS, *_SETS, *_UNUSABLE]
