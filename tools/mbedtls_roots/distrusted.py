"""Keys that browsers no longer trust.

Keys, as SHA-256 of the SubjectPublicKeyInfo, because a distrusted key may occur
in another certificate. From certdata.txt of NSS, Mozilla's set of roots
(MPL-2.0): its records of distrust and the history of its removals up to
2026-04-09 (NSS revision b646e2b0089f). The list is not complete: of the roots
that have expired only the best known are in it.
"""
from __future__ import absolute_import

# Removed because of misconduct or a break-in: never compiled in.
# (message, keys)
DISTRUSTED = (
    ('DigiNotar, distrusted since its break-in of 2011', (
        'a903af8c07bb91b0d9e3f3a30c6d53339fc5bd47e5d6bdb476598860c068a024',  # DigiNotar Root CA
    )),
    ('CNNIC, distrusted since 2015', (
        '1f4224cec84fc99ced881ff6fcfd3e21f8c519c547aa6a5dd3de247302ce50d1',  # CNNIC ROOT
    )),
    ('WoSign and StartCom, distrusted since 2016', (
        'd6a18443d348db994f934ccd8e635d833a27ac1e56f8afaf7c97cb4f43eab68b',  # Certification Authority of WoSign
        'db15c0062b520f318a19dacfecd64f9e7a3fbe609fd586796f20ae028e8e3058',  # CA WoSign (name in Chinese)
        '381a3fc7a8b082fa28613a4d07f2c7553f4e1918ee07caa9e8b7cede5a9ca06a',  # Certification Authority of WoSign G2
        '7aedddf36b18f8acb7379fe1ce183212b2350d0788abe0e82457be9badad6d54',  # CA WoSign ECC Root
        'e42f24bd4d37f4aa2e56b979d83d1e65219fe0e9e3a382a1b3cb66c93955de75',  # StartCom CA
        '1528397da212890a830b0b95a59968cef234773779df5181cf10fa647534bb65',  # StartCom CA G2
    )),
    ('Certinomis, distrusted since 2019', (
        '36ecc61fc7e5f1923d167e67dfde34608549b34a63c7c6e60ffd5c1840381f5c',  # Certinomis - Autorite Racine
        '6b1a505e0246f2f60c490ff0c097a7be27210cbb7500237f88b0cd48298bc9b8',  # Certinomis - Root CA
    )),
    ('Symantec, distrusted since 2018', (
        '5192438ec369d7ee0ce71f5c6db75f941efbf72e58441715e99eab04c2c8acee',  # VeriSign Class 3 Public Primary CA - G4
        '25b41b506e4930952823a6eb9f1d31def645ea38a5c6c6a96d71957e384df058',  # VeriSign Class 3 Public Primary CA - G5
        '495a96ba6bad782407bd521a00bace657bb355555e4bb7f8146c71bba57e7ace',  # VeriSign Class 3 Public Primary CA - G3
        '967b0cd93fcef7f27ce2c245767ae9b05a776b0649f9965b6290968469686872',  # VeriSign Universal Root CA
        '87af34d66fb3f2fdf36e09111e9aba2f6f44b207f3863f3d0b54b25023909aa5',  # GeoTrust Global CA
        '4905466623ab4178be92ac5cbd6584f7a1e17f27652d5a85af89504ea239aaaa',  # GeoTrust Primary CA
        'bcfb44aab9ad021015706b4121ea761c81c9e88967590f6f94ae744dc88b78fb',  # GeoTrust Primary CA - G2
        'ab98495276adf1ecaff28f35c53048781e5c1718dab9c8e67a504f4f6a51328f',  # GeoTrust Primary CA - G3
        '9699225c5de52e56cdd32df2e96d1cfea5aa3ca0bb52cd8933c23b5c27443820',  # GeoTrust Universal CA
        '7caa03465124590c601e567e52148e952c0cffe89000530fe0d95b6d50eaae41',  # GeoTrust Universal CA 2
        '1d75d0831b9e0885394d32c7a1bfdb3dbc1c28e2b0e8391fb135981dbc5ba936',  # thawte Primary Root CA
        '67dc4f32fa10e7d01a79a073aa0c9e0212ec2ffc3d779e0aa7f9c0f0e1c2c893',  # thawte Primary Root CA - G2
        '1906c6124dbb438578d00e066d5054c6c37f0fa6028c05545e0994eddaec8629',  # thawte Primary Root CA - G3
    )),
    ('Camerfirma, distrusted since 2021', (
        '8a2affbd1a1c5d1bdccbb7f548ba995f966806b3fd0c3a00fae2e52f3c853989',  # Chambers of Commerce Root
        '4eada9b5311e718199d98ea82b95005cba93198ab1f97efcbe8dc6201628f8af',  # Global Chambersign Root
        'ced43902ab5fb57b442322dc0e172a4fb55f7178b808f94e780a6fd6cc6bd818',  # Chambers of Commerce Root - 2008
        '927a1b8562280576d048c50321ada43d8703d2d9521a18c28b8c46cc6aae4efd',  # Global Chambersign Root - 2008
    )),
    ('TrustCor, distrusted since 2022', (
        '7afe4b071a2f1f46f8ba944a26d584d5960b92fb48c3ba1b7cab84905f32aacd',  # TrustCor ECA-1
        'ea87f462deefffbd7775aa2a4b7e0fcb91c22eee6df69ed90100ccc73b311476',  # TrustCor RootCert CA-1
        'c63d68c648a18b77641c427a669d61c9768a55f4fcd0322eac96c57700299cf1',  # TrustCor RootCert CA-2
    )),
    ('E-Tugra, distrusted since 2023', (
        '56f2ea8684106d0c73333951059d2bff9ace0a9934f015c5d84c5a959dfbb3cc',  # E-Tugra Global Root CA ECC v3
        'b3effbf46bcf66aedf71427e6bd60bf1a1878c7b72cab178703485fda6e3db38',  # E-Tugra Global Root CA RSA v3
    )),
    ('retired in 2021 and replaced by ISRG Root X1', (
        '563b3caf8cfef34c2335caf560a7a95906e8488462eb75ac59784830df9e5b2b',  # DST Root CA X3
    )),
)

# In Debian's package, but no longer for web servers in Mozilla's set: too old, or
# withdrawn by their owners. Compiled in with the full set, because chains may still
# lead to them; "tools/roots list" prints a note.
GIVEN_UP = (
    '6c464b9a5b233a5e874da765c26f045010d2ddcff45794f0b4c7e4aafa501495',  # AffirmTrust Commercial
    '94072ad3f58f70f93098e5a5f6c04c96c710bd849d83184919ae90eb890ae400',  # AffirmTrust Networking
    'c7f43b4cf5b71568294f822b53762605f6ddd15cadece739e9e2c3cba61e9d67',  # AffirmTrust Premium
    '3219b09114ff495a3eb6eb00c2efeab34002ae5f0a56c7679ea087a3fa037e4f',  # AffirmTrust Premium ECC
    '63d9af9b47b1064d49a10e7b7fd566dbc8caa399459bfc2829c571ad8c6ef34a',  # Baltimore CyberTrust Root
    '006d7be7555dd82026442c4f1a27a80e89a1989cb87b34448ed2194c18196d5e',  # COMODO CA
    '510d20e5c47f63cf666b20f61af62bc099a42ac824ffa443a2da7c90b1808a91',  # Certigna
    '8d223ba5007d804c9cc607c900e32e20666c5a49fc29d55ad12dfb68d72ee57b',  # CommScope Public Trust ECC Root-01
    '6841995ede67848882f30a5d1ee89ddf99b4ac67e41253f7cad6be6d27054007',  # CommScope Public Trust ECC Root-02
    'e4e939252afe70bd9f1cd295030313baa40d558641f35b23b4714b43e81f5436',  # CommScope Public Trust RSA Root-01
    '86bd768cda54e16d533104b88b80c98c3ac70f593092a6e1ba438d37f4ea4ed2',  # CommScope Public Trust RSA Root-02
    '23f2edff3ede90259a9e30f40af8f912a5e5b3694e6938440341f6060e014ffa',  # DigiCert Assured ID Root CA
    'aff988906dde12955d9bebbf928fdcc31cce328d5b9384f21c8941ca26e20391',  # DigiCert Global Root CA
    '5a889647220e54d6bd8a16817224520bb5c78e58984bd570506388b9de0f075f',  # DigiCert High Assurance EV Root CA
    'fea2b7d645fba73d753c1ec9a7870c40e1f7b0c561e927b985bf711866e36f22',  # Entrust Root CA - EC1
    '76ee8590374c715437bbca6bba6028eadde2dc6dbbb8c3f610e851f11d1ab7f5',  # Entrust Root CA - G2
    '1ea3c5e43ed66c2da2983a42a4a79b1e906786ce9f1b58621419a00463a87d38',  # Entrust.net CA (2048)
    '2db2ae4d0d08a4dc7b7a5c911b36b42e3068d2e58657efa61a2f2f69c553b858',  # FIRMAPROFESIONAL CA ROOT-A WEB
    'fee8af929175687f4638a3fc983db8ecd0e5e2a83e737f3fb77b4c22fcbac0a6',  # GLOBALTRUST 2020
    '55f77de41c03792428f8d518c55104225be43a5598d926a528ad653e1ccec7bf',  # GTS Root R2
    '2bcee858158cf5465fc9d76f0dfa312fef25a4dca8501da9b46b67d1fbfa1b64',  # GlobalSign Root CA
    '5632d97bfa775bf3c99ddea52fc2553410864016729c52dd6524c8a9c3b4489f',  # Go Daddy Class 2 CA
    '8fd112c3c8370f147d5ccd3a7d865eb8dd540783bac69fc60088e3743ff33378',  # QuoVadis Root CA 2
    '0c7acaa710226720bbc940349ee2e6148652a89dbf406a232c895f6dc78ebb9a',  # QuoVadis Root CA 3
    '2596904dc4d699ae20c2cef4dce47f285937d77464ac370746f52dea76ba0c28',  # Secure Global CA
    '77290717614b25f12964ebdb38b5f83caadc0f6c36b0777f880fc6dee1d339cc',  # SecureTrust CA
    '15f14ac45c9c7da233d3479164e8137fe35ee0f38ae858183f08410ea82ac4b4',  # Starfield Class 2 CA
    '40fcfc28875dccbfebcbdf6cd7433312da63c4efcf3bd7b1b505c22020ae0274',  # SwissSign Gold CA - G2
    '10ba3485ca8bb6880ab9531a4063e4001555561c7f2e055165f49b2d74fc5f6b',  # TeliaSonera Root CA v1
    '2e06cae1fc20b200e6fb748557a4444bec9317dfff2e4151669e0f7944f0a9e0',  # Trustwave Global CA
    '497128fc90656b87290482b223efb72240fe9c421e79938de5f8110cb0be9056',  # Trustwave Global ECC P256 CA
    '828b0eeff24654e8ff5841a29dd5d4e3ed30952ca43425a79283407208d39d16',  # Trustwave Global ECC P384 CA
    '051cf9fa95e40e9b83edaeda6961f6168c7879c4660172479cdd51ab03cea62b',  # XRamp Global CA
    'dbc1e3a15238a0483bcdb8fdec616e03e705a48e2a501157cadf3b9c7311c5e5',  # certSIGN ROOT CA
)

# Still in the set, but browsers refuse certificates issued after that day.
GIVEN_UP_AFTER = {
    # Entrust Root CA
    '6dbfae00d37b9cd73f8fb47de65917af00e0dddf42dbceac20c17c0275ee2095': '2024-11-30',
    # ePKI Root CA
    '62554c17005543b237215f04268dcd2fd1c470240ad3c8660e25ae2c59630f55': '2025-04-15',
}

REASONS = dict((key, reason) for reason, keys in DISTRUSTED for key in keys)


def reason(key):
    """Why the key with this SHA-256 (hex) must not be trusted, or None."""
    return REASONS.get(key)


def note(key):
    """A note about a trusted key, or None."""
    if key in GIVEN_UP:
        return 'browsers no longer trust it for web servers'
    if key in GIVEN_UP_AFTER:
        return 'browsers refuse certificates that it issued after %s' % GIVEN_UP_AFTER[key]
    return None
