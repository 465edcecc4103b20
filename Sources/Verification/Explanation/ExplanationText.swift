/// The fixed parts of an explanation's script.
enum ExplanationText {
    static let opening = """
        #!/bin/sh
        # Verifies with stock tools what hallmark verified: the roster's chain, signatures (DSSE over in-toto statements), log proofs (RFC 6962, C2SP),
        # witnesses and time stamps (RFC 3161). Every key is taken from the roster, and the roster is believed because of the pin alone.
        # Run it where the artifact and its sidecars are; HALLMARK_ROSTER is the folder of the roster's versions. What role a person has, and
        # what a channel asks of an artifact, is written in the roster and checked by hallmark only.
        set -eu
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT

        """

    static let functions = #"""

        # pem KEY-ID: a person's key, from the versions of the roster that were verified
        pem() {
          jq -r --arg k "$1" '.keys[$k].spki // empty' "$work"/version-*.json | tail -n 1 | base64 -d | openssl pkey -pubin -inform DER
        }

        # notepem KEY: the Ed25519 key in a log's or witness's `name+id+key`
        notepem() {
          { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; echo "$1" | cut -d + -f 3- | base64 -d | tail -c +2; } |
            openssl pkey -pubin -inform DER
        }

        # encoded: DSSE's pre-authentication encoding of the envelope at hand
        encoded() {
          jq -j .payload "$work/envelope" | base64 -d > "$work/body"
          type=$(jq -j .payloadType "$work/envelope")
          { printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(wc -c < "$work/body")"; cat "$work/body"; } > "$work/pae"
        }

        # enough ROSTER: of those who signed, as many of this version's core people as it asks, with keys that were good then
        enough() {
          issued=$(jq -r .issued "$work/body")
          people=$(while read -r id; do
            jq -r --arg k "$id" --arg when "$issued" '.core.people as $core | .keys[$k] // empty
              | select(.person as $person | $core | index($person))
              | select(.validFrom <= $when and $when < .validUntil and (.revoked == null or $when < .revoked.at)) | .person' "$1"
          done < "$work/signers" | sort -u | wc -l)
          [ "$people" -ge "$(jq .core.threshold "$1")" ]
        }

        # version NUMBER: it follows from the version before it, the first from the pin, and both of them say that enough people signed
        version() {
          cp "$roster/$1.json" "$work/envelope"
          encoded
          cp "$work/body" "$work/version-$1.json"
          digest=$(openssl dgst -sha256 -r "$work/body" | cut -d ' ' -f 1)
          [ "$(jq .version "$work/body")" -eq "$1" ]
          if [ "$1" -eq 1 ]; then [ "$digest" = "$pin" ]; else [ "$(jq -r .previous.sha256 "$work/body")" = "$last" ]; fi
          last=$digest
          jq -r '.signatures[].keyid' "$work/envelope" > "$work/signers"
          index=0
          while read -r id; do
            jq -j ".signatures[$index].sig" "$work/envelope" | base64 -d > "$work/sig"
            pem "$id" > "$work/key.pem"
            openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/sig" "$work/pae"
            index=$((index + 1))
          done < "$work/signers"
          enough "$work/version-$1.json"
          [ "$1" -eq 1 ] || enough "$work/version-$(($1 - 1)).json"
          echo "Version $1 of the roster"
        }

        # artifact FILE KEY-ID: the plain signature of the artifact
        artifact() {
          pem "$2" > "$work/key.pem"
          # A key in an agent signs the digest of a file that its agent cannot take.
          openssl dgst -sha256 -verify "$work/key.pem" -signature "$1.sig" "$1" ||
            openssl dgst -sha256 -binary "$1" | openssl dgst -sha256 -verify "$work/key.pem" -signature "$1.sig"
        }

        # envelope FILE LINE KEY-ID: the signature over DSSE's pre-authentication encoding, and the subject's digest
        envelope() {
          sed -n "$2p" "$1.intoto.jsonl" > "$work/envelope"
          encoded
          jq -j '.signatures[0].sig' "$work/envelope" | base64 -d > "$work/sig"
          pem "$3" > "$work/key.pem"
          openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/sig" "$work/pae"
          [ "$(jq -j '.subject[0].digest.sha256' "$work/body")" = "$(openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1)" ]
        }

        # logged FILE LINE: the log's signature over its checkpoint, and the path to its root from the entry of the envelope just verified
        logged() {
          sed -n "$2p" "$1.proofs.jsonl" | jq -j .proof > "$work/proof"
          log=$(jq -r .log.key "$newest")
          origin=${log%%+*}
          notepem "$log" > "$work/log.pem"
          sed '1,/^$/d' "$work/proof" > "$work/note"
          sed '/^$/,$d' "$work/note" > "$work/checkpoint"
          [ "$(sed -n 1p "$work/checkpoint")" = "$origin" ]
          grep -F -e "— $origin " "$work/note" | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c +5 > "$work/logsig"
          openssl pkeyutl -verify -pubin -inkey "$work/log.pem" -rawin -in "$work/checkpoint" -sigfile "$work/logsig"
          entry > "$work/leaf"
          index=$(sed -n 's/^index //p' "$work/proof")
          last=$(($(sed -n 2p "$work/checkpoint") - 1))
          { printf '\000'; cat "$work/leaf"; } | openssl dgst -sha256 -binary > "$work/hash"
          sed '/^$/,$d' "$work/proof" | sed '1,/^index /d' > "$work/path"
          while read -r sibling; do
            [ "$last" -gt 0 ]
            printf '%s\n' "$sibling" | base64 -d > "$work/sibling"
            if [ $((index & 1)) -eq 1 ] || [ "$index" -eq "$last" ]; then
              { printf '\001'; cat "$work/sibling" "$work/hash"; } | openssl dgst -sha256 -binary > "$work/next"
              while [ $((index & 1)) -eq 0 ] && [ "$index" -ne 0 ]; do index=$((index >> 1)) last=$((last >> 1)); done
            else
              { printf '\001'; cat "$work/hash" "$work/sibling"; } | openssl dgst -sha256 -binary > "$work/next"
            fi
            mv "$work/next" "$work/hash"
            index=$((index >> 1)) last=$((last >> 1))
          done < "$work/path"
          [ "$last" -eq 0 ]
          sed -n 3p "$work/checkpoint" | base64 -d | cmp - "$work/hash"
          echo "In the log"
        }

        # witnessed WITNESS: its dated signature over the checkpoint that was just verified (C2SP tlog-cosignature)
        witnessed() {
          witness=$(jq -r .log.policy "$newest" | sed -n "s/^witness $1 \([^ ]*\).*/\1/p")
          notepem "$witness" > "$work/witness.pem"
          grep -F -e "— ${witness%%+*} " "$work/note" | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c +5 > "$work/cosignature"
          time=0
          for byte in $(head -c 8 "$work/cosignature" | od -An -v -tu1); do time=$((time * 256 + byte)); done
          tail -c +9 "$work/cosignature" > "$work/witsig"
          { printf 'cosignature/v1\ntime %d\n' "$time"; cat "$work/checkpoint"; } > "$work/dated"
          openssl pkeyutl -verify -pubin -inkey "$work/witness.pem" -rawin -in "$work/dated" -sigfile "$work/witsig"
          echo "Witnessed by $1 at $time seconds after 1970"
        }

        # stamped FILE LINE: an authority's time stamp over the signature that was just verified (RFC 3161)
        stamped() {
          sed -n "$2p" "$1.proofs.jsonl" | jq -j .timestamp | base64 -d > "$work/stamp"
          jq -r '.timestampAuthorities[]' "$newest" | while read -r certificate; do
            echo "$certificate" | base64 -d | openssl x509 -inform DER
          done > "$work/authorities.pem"
          openssl ts -verify -data "$work/sig" -in "$work/stamp" -CAfile "$work/authorities.pem" -partial_chain
        }

        # entry: the log's entry for the signature that was just verified
        entry() {
          printf '{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256",'
          printf '"digest":"%s"},' "$(openssl dgst -sha256 -binary "$work/pae" | base64 -w 0)"
          printf '"signature":{"content":"%s",' "$(base64 -w 0 "$work/sig")"
          printf '"verifier":{"keyDetails":"PKIX_ECDSA_P256_SHA_256","publicKey":{"rawBytes":"%s"}}}}}}' "$(sed '/^-/d' "$work/key.pem" | tr -d '\n')"
        }

        """#
}
