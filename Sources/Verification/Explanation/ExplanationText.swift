/// The fixed parts of an explanation's script.
enum ExplanationText {
    static let opening = """
        #!/bin/sh
        # Verifies with stock tools what hallmark verified: signatures (DSSE over in-toto statements) and log proofs (RFC 6962, C2SP).
        # Which key may sign what is written in the roster; these are its keys.
        set -eu
        work=$(mktemp -d)
        trap 'rm -rf "$work"' EXIT

        """

    static let functions = #"""

        # envelope FILE LINE KEY: the signature over DSSE's pre-authentication encoding, and the subject's digest
        envelope() {
          sed -n "$2p" "$1.intoto.jsonl" > "$work/envelope"
          jq -j .payload "$work/envelope" | base64 -d > "$work/body"
          type=$(jq -j .payloadType "$work/envelope")
          { printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(wc -c < "$work/body")"; cat "$work/body"; } > "$work/pae"
          jq -j '.signatures[0].sig' "$work/envelope" | base64 -d > "$work/sig"
          openssl dgst -sha256 -verify "$3" -signature "$work/sig" "$work/pae"
          [ "$(jq -j '.subject[0].digest.sha256' "$work/body")" = "$(openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1)" ]
        }

        # logged FILE ENVELOPE-SHA256 KEY ORIGIN: the log's signature over its checkpoint, and the path from the entry to its root
        logged() {
          jq -j --arg e "$2" 'select(.envelope == $e).proof' "$1.proofs.jsonl" > "$work/proof"
          sed '1,/^$/d' "$work/proof" > "$work/note"
          sed '/^$/,$d' "$work/note" > "$work/checkpoint"
          [ "$(sed -n 1p "$work/checkpoint")" = "$4" ]
          grep -F "— $4 " "$work/note" | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c +5 > "$work/logsig"
          openssl pkeyutl -verify -pubin -inkey "$work/log.pem" -rawin -in "$work/checkpoint" -sigfile "$work/logsig"
          entry "$3" > "$work/leaf"
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

        # witnessed NAME KEY: a witness's dated signature over the checkpoint that was just verified (C2SP tlog-cosignature)
        witnessed() {
          grep -F "— $1 " "$work/note" | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c +5 > "$work/cosignature"
          time=0
          for byte in $(head -c 8 "$work/cosignature" | od -An -v -tu1); do time=$((time * 256 + byte)); done
          tail -c +9 "$work/cosignature" > "$work/witsig"
          { printf 'cosignature/v1\ntime %d\n' "$time"; cat "$work/checkpoint"; } > "$work/dated"
          openssl pkeyutl -verify -pubin -inkey "$2" -rawin -in "$work/dated" -sigfile "$work/witsig"
          echo "Witnessed by $1 at $time seconds after 1970"
        }

        # stamped FILE ENVELOPE-SHA256: an authority's time stamp over the signature that was just verified (RFC 3161)
        stamped() {
          jq -j --arg e "$2" 'select(.envelope == $e).timestamp' "$1.proofs.jsonl" | base64 -d > "$work/stamp"
          openssl ts -verify -data "$work/sig" -in "$work/stamp" -CAfile "$work/authorities.pem" -partial_chain
        }

        # entry KEY: the log's entry for the signature that was just verified
        entry() {
          printf '{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256",'
          printf '"digest":"%s"},' "$(openssl dgst -sha256 -binary "$work/pae" | base64 -w 0)"
          printf '"signature":{"content":"%s",' "$(base64 -w 0 "$work/sig")"
          printf '"verifier":{"keyDetails":"PKIX_ECDSA_P256_SHA_256","publicKey":{"rawBytes":"%s"}}}}}}' "$(sed '/^-/d' "$1" | tr -d '\n')"
        }

        """#
}
