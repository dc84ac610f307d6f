# SPDX-License-Identifier: Apache-2.0
#
# make demo            a session against a local server, on Linux
#      HOST=name [PORT=443] [FILE=/]     against a real one
#      PROFILE=minimal-ecdsa             with the settings of defconfig/
#      CLOCK=1970 | NAME=name | KEY=replaced     see it refuse
#      (with the settings of make menuconfig and the roots in certs/)
# make demo-profiles   the demo of every profile
# make first-hour      the commands of docs/linux.md, as they are printed there
# make demo-dtls       the same over datagrams, with a certificate and with a key
# make test            every test that CI runs
# make test ONLY="interop hostile/test_server.py unit/test_memory.c"     groups and files
# make test ONLY="test_session.Sessions expired"      tests: module, class or function, or a part of their names
# make fuzz MINUTES=10  every fuzzing harness (tests/fuzz) for so long; inputs that fail are kept in build/fuzz
# make fuzz HARNESSES=path,pin   these
# make fuzz FUZZ_BUILD=legacy    with Mbed TLS 2.28; fixed: 3.6 with fixed buffers
# make mutate COUNT=10 SEED=1 [PARTS=trust,path]   change the device code, one place at a time: which tests notice?
# make soak-dtls       hundreds of handshakes over paths that lose datagrams
# make kernels         every profile compiles with the names of every RT-Thread kernel
# make randconfig      300 random configurations build and connect
# make randconfig COUNT=20 SEED=1000     others
# make randconfig CONFIG=build/randconfig/17.config     one that has failed, again
# make bench           what the package costs on a Cortex-M7, beside its peers
# make bench ROWS=minimal    the rows with one of these words in their names
# make footprint-record [ROWS=...]     the same, kept in docs/footprint.json
# make footprint-docs  the tables of README.md and docs/ from that file
# make prices          what each option of the menu costs, kept in docs/prices.json
# make prices SYMBOLS=ALPN   the options with one of these words in their names
# make prices-docs     the prices in Kconfig's help texts and docs/ from that file
# make fit SERVER=mqtt.example.org:8883 ROOT=root.pem     the smallest configuration that is proven to work with a server
#      LEVEL=exact|family|robust NAME= HOST_NAME= ALPN= CERT= KEY= PSK=identity:hex DTLS=1 TLS13=1 TICKETS=1
#      REQUEST=file PATH_=/ TIMES=2 IDLE=60 STEPS=1     (tools/fit --help)
# make fit-check RESULT=build/fit/NAME     would the device built from that result still connect? one line, for cron
# make fit-test        fit with fifteen kinds of servers, and after their changes; ONLY="rsa old changes", LEVEL=robust
# make menuconfig      the options of the Linux build, kept in build/config
# make lint            static analysis of the device code
#
# An engine older than the one that tools/engine brings is replaced;
# ENGINE=--keep keeps it.

PYTHON = /usr/bin/python3 -B
TESTS = PYTHONPATH=tests:. $(PYTHON) -m

.PHONY: demo demo-profiles first-hour demo-dtls test fuzz mutate soak-dtls kernels randconfig bench footprint-record footprint-docs prices prices-docs fit fit-check fit-test \
	menuconfig lint clean engine

demo:
	@tools/setup build
	@$(PYTHON) -m targets.posix.demo --host '$(HOST)' --port '$(PORT)' --file '$(FILE)' \
	    --clock '$(CLOCK)' --name '$(NAME)' --key '$(KEY)' --profile '$(PROFILE)' --engine='$(ENGINE)'

demo-profiles:
	@for profile in $$(ls defconfig); do $(MAKE) -s demo PROFILE=$$profile || exit 1; done

first-hour:
	@tools/setup test
	@tools/engine --keep
	@$(PYTHON) tests/first_hour.py

demo-dtls:
	@tools/setup build
	@$(PYTHON) -m targets.posix.demo --dtls --profile '$(PROFILE)' --engine='$(ENGINE)'

test:
	@tools/setup test
	@tools/engine $(ENGINE)
	@tools/engine 2.28 $(ENGINE)
	@$(TESTS) run $(ONLY)

fuzz:
	@tools/setup test
	@tools/engine $(ENGINE)
	@tools/engine 2.28 $(ENGINE)
	@$(TESTS) fuzz.campaign --minutes '$(or $(MINUTES),1)' --only '$(HARNESSES)' --build '$(or $(FUZZ_BUILD),current)'

mutate:
	@tools/setup test
	@tools/engine $(ENGINE)
	@tools/engine 2.28 $(ENGINE)
	@$(TESTS) mutate --count '$(or $(COUNT),10)' --seed '$(or $(SEED),1)' $(if $(PARTS),--parts '$(PARTS)')

soak-dtls:
	@tools/setup test
	@tools/engine $(ENGINE)
	@$(TESTS) soak_dtls

kernels:
	@tools/setup test
	@tools/engine $(ENGINE)
	@tools/engine 2.28 $(ENGINE)
	@$(TESTS) tests.tools.test_kernels

randconfig:
	@tools/setup test
	@tools/engine $(ENGINE)
	@tools/engine 2.28 $(ENGINE)
	@$(TESTS) randconfig --count '$(or $(COUNT),300)' --seed '$(or $(SEED),0)' $(if $(CONFIG),--config '$(CONFIG)')

bench:
	@tools/setup bench
	@$(PYTHON) -m bench.footprint bench '$(ROWS)'

footprint-record:
	@tools/setup bench
	@$(PYTHON) -m bench.footprint record '$(ROWS)'

footprint-docs:
	@$(PYTHON) -m bench.footprint documents

prices:
	@tools/setup bench
	@$(PYTHON) -m bench.prices run '$(SYMBOLS)'

prices-docs:
	@$(PYTHON) -m bench.prices documents

fit:
	@tools/setup bench
	@tools/engine $(ENGINE)
	@tools/fit fit '$(SERVER)' $(if $(ROOT),--root '$(ROOT)') $(if $(LEVEL),--level '$(LEVEL)') \
	    $(if $(NAME),--name '$(NAME)') $(if $(HOST_NAME),--host-name '$(HOST_NAME)') $(if $(ALPN),--alpn '$(ALPN)') \
	    $(if $(CERT),--cert '$(CERT)') $(if $(KEY),--key '$(KEY)') $(if $(PSK),--psk '$(PSK)') \
	    $(if $(DTLS),--dtls) $(if $(TLS13),--tls13) $(if $(TICKETS),--tickets) \
	    $(if $(REQUEST),--request '$(REQUEST)') $(if $(PATH_),--path '$(PATH_)') \
	    $(if $(TIMES),--times '$(TIMES)') $(if $(IDLE),--idle '$(IDLE)') $(if $(STEPS),--steps '$(STEPS)')

fit-check:
	@tools/fit check '$(RESULT)' $(if $(CERT),--cert '$(CERT)') $(if $(KEY),--key '$(KEY)') $(if $(PSK),--psk '$(PSK)') \
	    $(if $(REQUEST),--request '$(REQUEST)')

fit-test:
	@tools/setup test
	@tools/engine $(ENGINE)
	@tools/engine 2.28 $(ENGINE)
	@$(TESTS) fit_servers --only '$(ONLY)' $(if $(LEVEL),--level '$(LEVEL)')

engine:
	@tools/engine $(ENGINE)

menuconfig:
	@tools/setup menuconfig
	@$(PYTHON) -m targets.posix.menuconfig

lint:
	@tools/setup lint
	@tools/engine $(ENGINE)
	@$(TESTS) lint

clean:
	rm -rf build
