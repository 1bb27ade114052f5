namespace FleetBridge.Fleet.Model;

internal sealed partial class FleetModel
{
    public IEnumerable<Alias> Aliases => _aliases.All.OrderBy(one => one.Number);

    public Alias? FindAlias(string aliasIdOrArn) => _aliases.Find(IdIn(aliasIdOrArn, "alias"));

    /// <exception cref="FleetException">NotFoundException.</exception>
    public Alias GetAlias(string aliasIdOrArn) => FindAlias(aliasIdOrArn) ?? throw NotFound($"Alias {aliasIdOrArn} not found.");

    /// <summary>The fleet that an alias leads to.</summary>
    /// <exception cref="FleetException">NotFoundException, TerminalRoutingStrategyException with the alias's message.</exception>
    public AnywhereFleet ResolveAlias(string aliasIdOrArn)
    {
        var alias = GetAlias(aliasIdOrArn);
        return alias.RoutingStrategy is { Type: RoutingStrategyType.SIMPLE, FleetId: { } fleetId }
            ? GetFleet(fleetId)
            : throw new FleetException(
                FleetErrors.TerminalRoutingStrategy, alias.RoutingStrategy.Message ?? $"Alias {alias.AliasId} is terminal.");
    }

    /// <exception cref="FleetException">InvalidRequestException, NotFoundException.</exception>
    public Alias CreateAlias(NewAlias request)
    {
        var strategy = Checked(request.RoutingStrategy);
        var id = $"alias-{_newGuid()}";
        var alias = _aliases.Set(new Alias
        {
            AliasId = id,
            AliasArn = $"arn:aws:gamelift:{request.Region ?? Options.RegionName}::alias/{id}",
            Name = request.Name,
            Description = request.Description,
            RoutingStrategy = strategy,
            CreationTime = Now,
            LastUpdatedTime = Now,
            Number = NextNumber(),
        });
        TagNew(alias.AliasArn, request.Tags);
        return alias;
    }

    /// <exception cref="FleetException">InvalidRequestException, NotFoundException.</exception>
    public Alias UpdateAlias(AliasUpdate update)
    {
        var alias = GetAlias(update.AliasId);
        return _aliases.Set(alias with
        {
            Name = update.Name ?? alias.Name,
            Description = update.Description ?? alias.Description,
            RoutingStrategy = update.RoutingStrategy is { } strategy ? Checked(strategy) : alias.RoutingStrategy,
            LastUpdatedTime = Now,
        });
    }

    /// <exception cref="FleetException">NotFoundException.</exception>
    public void DeleteAlias(string aliasIdOrArn)
    {
        var alias = GetAlias(aliasIdOrArn);
        _tags.Remove(alias.AliasArn);
        _aliases.Remove(alias.AliasId);
    }

    private RoutingStrategy Checked(RoutingStrategy strategy) => strategy switch
    {
        { Type: RoutingStrategyType.SIMPLE, FleetId: null } => throw Invalid("A routing strategy of type SIMPLE needs FleetId."),
        { Type: RoutingStrategyType.SIMPLE, Message: not null } => throw Invalid("Message is for routing strategies of type TERMINAL."),
        { Type: RoutingStrategyType.SIMPLE } => strategy with { FleetId = GetFleet(strategy.FleetId!).FleetId },
        { Message: null } => throw Invalid("A routing strategy of type TERMINAL needs Message."),
        { FleetId: not null } => throw Invalid("FleetId is for routing strategies of type SIMPLE."),
        _ => strategy,
    };
}
