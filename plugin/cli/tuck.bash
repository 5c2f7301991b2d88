# Completion of tuck(1) for bash.

_tuck()
{
    local cur prev words cword
    _init_completion -n = || return

    local commands='preview pack reprint printers spool wave why check redeem answer void ledger liability expire replay code import report simulate fit export forget backup facts help'
    local command='' word
    for word in "${words[@]:1:cword-1}"; do
        case $word in
        preview | pack | reprint | printers | spool | wave | why | check | redeem | answer | void | ledger | liability | report | simulate | fit | \
            expire | replay | code | import | export | forget | backup | facts | help)
            command=$word
            break
            ;;
        esac
    done

    case $prev in
    -s | --shop | -d | --directory)
        _filedir -d
        return
        ;;
    -o | --output | --html | --campaign | --beside | --vowpal | --bandit | --ledger | --keys | --file)
        _filedir
        return
        ;;
    esac
    case $cur in
    --format=*)
        COMPREPLY=($(compgen -W 'pdf png zpl epl tspl pwg pclm dots' -- "${cur#*=}"))
        return
        ;;
    --color=*)
        COMPREPLY=($(compgen -W 'auto always never' -- "${cur#*=}"))
        return
        ;;
    --shop=* | --directory=*)
        cur=${cur#*=}
        _filedir -d
        return
        ;;
    --output=* | --ledger=* | --keys=* | --file=*)
        cur=${cur#*=}
        _filedir
        return
        ;;
    esac

    if [[ -z $command ]]; then
        COMPREPLY=($(compgen -W "$commands --help --version --shop" -- "$cur"))
        return
    fi
    if [[ $cur == -* ]]; then
        local options='--shop --quiet --color --help'
        case $command in
        preview) options+=' --ledger --keys --workers --output --directory --format --dpi --contact-sheet --json --budget --date --offer --printer --picture --open --as --language --every-offer --every-language --beside --watch --scan' ;;
        pack) options+=' --ledger --keys --workers --output --directory --format --dpi --contact-sheet --json --budget --printer --print' ;;
        reprint) options+=' --ledger --keys --workers --output --directory --format --dpi --package --printer --print' ;;
        printers) options+=' --ledger --keys --json --budget --test' ;;
        simulate) options+=' --ledger --keys --json --campaign --vowpal --bandit --from --to --within --date' ;;
        report) options+=' --ledger --keys --json --html --from --to --within --date' ;;
        fit) options+=' --ledger --keys --json --trial --date' ;;
        wave) options+=' --ledger --keys --workers --json --name --jobs --directory --no-separators --drop' ;;
        spool) options+=' --ledger --keys --json --output --printer --order --reason' ;;
        why) options+=' --ledger --keys --json --budget --date --offer' ;;
        check) options+=' --workers --html' ;;
        redeem) options+=' --ledger --keys --json --order --amount --customer --place --choice --id --at --file --columns --delimiter --no-header --date-format --currency' ;;
        answer) options+=' --ledger --keys --json --nps --effort --rating --question --value --channel --date' ;;
        void) options+=' --ledger --keys --reason' ;;
        ledger) options+=' --ledger --keys --json --check' ;;
        liability) options+=' --ledger --keys --json --csv' ;;
        expire | replay) options+=' --ledger --keys --json' ;;
        code) options+=' --ledger --keys --json --csv --columns --delimiter --no-header --pool' ;;
        import) options+=' --ledger --keys --json --csv --decisions --answers --columns --date-format --currency --delimiter --no-header' ;;
        export) options+=' --ledger --keys --output' ;;
        forget | backup) options+=' --ledger --keys' ;;
        facts) options+=' --json' ;;
        esac
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
        return
    fi
    case $command in
    preview | pack | wave | why) _filedir xml ;;
    import) _filedir '@(xml|csv|txt)' ;;
    backup) _filedir ;;
    spool) COMPREPLY=($(compgen -W 'list show sheet run hold release cancel move again printed unprinted refused overridden' -- "$cur")) ;;
    code)
        if [[ ${words[*]} == *' import '* ]]; then
            _filedir '@(csv|txt)'
        else
            COMPREPLY=($(compgen -W 'verify new-keys rotate retire keys import pools' -- "$cur"))
        fi
        ;;
    help) COMPREPLY=($(compgen -W "$commands" -- "$cur")) ;;
    esac
} && complete -F _tuck tuck
