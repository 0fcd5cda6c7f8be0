#!/usr/bin/env bash
# The site's own authority and its certificates (P-256, openssl), in the folder SITE_DIR, by default the current one.
#   make-certificates.sh authority "Harbour site"       once; keep ca.key away from the broker
#   make-certificates.sh server broker.site.example 10.0.0.2
#   make-certificates.sh box 7F3A                       → 7F3A.crt, 7F3A.key for Mqtt.CertFile and Mqtt.KeyFile
#   make-certificates.sh consumer vms                   a user of the acl
#   make-certificates.sh revoke 7F3A                    → ca.crl
set -euo pipefail
umask 077
cd "${SITE_DIR:-.}"
days_authority=7300 days=1825

die() { echo "make-certificates: $*" >&2; exit 2; }

issue() { # common name, key usage, subject alternative names
    [ -f ca.key ] || die "there is no authority here; begin with: authority <name>"
    [ ! -e "$1.key" ] || die "$1.key exists; a key is never overwritten"
    openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
    openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
    sign "$@"
}

sign() {
    local names=${3:-}
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAserial ca.srl -CAcreateserial -days $days -sha256 -out "$1.crt" \
        -extfile <(printf 'basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n%s' \
            "$2" "${names:+subjectAltName=$names}") 2>/dev/null
    rm -f "$1.csr"
    chmod 644 "$1.crt"
    echo "$1.crt"
}

case ${1:-} in
authority)
    [ ! -e ca.key ] || die "ca.key exists; a key is never overwritten"
    openssl ecparam -name prime256v1 -genkey -noout -out ca.key
    openssl req -x509 -new -key ca.key -sha256 -days $days_authority -subj "/CN=${2:-Watchpost site}" -out ca.crt \
        -addext basicConstraints=critical,CA:true,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign
    chmod 644 ca.crt
    echo ca.crt
    ;;
server)
    [ $# -ge 2 ] || die "server <name> [<name or address>…]"
    names=
    for name in "${@:2}"; do
        if [[ $name =~ ^[0-9.]+$|: ]]; then names+="${names:+,}IP:$name"; else names+="${names:+,}DNS:$name"; fi
    done
    issue server serverAuth "$names"
    ;;
box)
    [[ ${2:-} =~ ^[A-Za-z0-9_-]{1,32}$ ]] || die "box <serial>: 1–32 of A–Z, a–z, 0–9, _ and -"
    issue "$2" clientAuth
    ;;
consumer)
    [[ ${2:-} =~ ^[a-z][a-z0-9-]{1,31}$ ]] || die "consumer <name>: 2–32 of a–z, 0–9 and -, a letter first"
    issue "$2" clientAuth
    ;;
sign)
    # A box's own request (watchpost config device-csr): its key never leaves it.
    [ -f "${2:-}" ] || die "sign <request.csr>"
    name=$(openssl req -in "$2" -noout -subject -nameopt multiline | sed -n 's/ *commonName *= //p')
    [[ $name =~ ^[A-Za-z0-9_-]{1,32}$ ]] || die "the request names no serial number"
    openssl req -in "$2" -noout -verify 2>/dev/null || die "the request does not prove its key"
    [ "$2" = "$name.csr" ] || cp "$2" "$name.csr"
    sign "$name" clientAuth
    ;;
revoke)
    [ -f "${2:-}.crt" ] || die "revoke <name>: there is no ${2:-}.crt"
    touch ca.index
    printf 'unique_subject=no\n' >ca.index.attr
    [ -f ca.crlnumber ] || echo 01 >ca.crlnumber
    conf=$(mktemp); trap 'rm -f "$conf"' EXIT
    printf '[ca]\ndefault_ca=site\n[site]\ndatabase=ca.index\ncrlnumber=ca.crlnumber\ndefault_md=sha256\ndefault_crl_days=3650\n' >"$conf"
    openssl ca -config "$conf" -keyfile ca.key -cert ca.crt -revoke "$2.crt" 2>/dev/null
    openssl ca -config "$conf" -keyfile ca.key -cert ca.crt -gencrl -out ca.crl 2>/dev/null
    chmod 644 ca.crl
    echo ca.crl
    ;;
*)
    sed -n '2,8p' "$0" >&2
    exit 2
    ;;
esac
