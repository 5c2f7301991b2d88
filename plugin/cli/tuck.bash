# Completion of tuck(1) for bash.

_tuck()
{
    local cur prev words cword
    _init_completion -n = || return

    local commands='preview pack why check void import facts help'
    local command='' word
    for word in "${words[@]:1:cword-1}"; do
        case $word in
        preview | pack | why | check | void | import | facts | help)
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
    -o | --output | --ledger)
        _filedir
        return
        ;;
    esac
    case $cur in
    --format=*)
        COMPREPLY=($(compgen -W 'pdf png' -- "${cur#*=}"))
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
    --output=* | --ledger=*)
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
        preview) options+=' --ledger --workers --output --directory --format --dpi --contact-sheet --json --budget --date --offer' ;;
        pack) options+=' --ledger --workers --output --directory --format --dpi --contact-sheet --json --budget' ;;
        why) options+=' --ledger --json --budget --date --offer' ;;
        check) options+=' --workers' ;;
        void) options+=' --ledger --reason' ;;
        import) options+=' --ledger --json --csv --columns --date-format --currency --delimiter --no-header' ;;
        facts) options+=' --json' ;;
        esac
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
        return
    fi
    case $command in
    preview | pack | why) _filedir xml ;;
    import) _filedir '@(xml|csv|txt)' ;;
    help) COMPREPLY=($(compgen -W "$commands" -- "$cur")) ;;
    esac
} && complete -F _tuck tuck
