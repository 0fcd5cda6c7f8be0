using Appliance.Core.Recognition;
using Appliance.Inference;
using Appliance.Store;
using Appliance.Store.Watchlist;

namespace Appliance.Daemon.Models;

internal sealed partial class ModelDesk
{
    private const int Named = 5;

    private IReadOnlyList<PersonId> _unknown = [];
    private Task _reading = Task.CompletedTask;
    private int _isStale = 1;

    /// <summary>
    /// What of the models needs somebody, in words: persons the embedder in use does not know (by id: names stay in the store), or a
    /// catalogue of the box that cannot be read. Null while all is well. Cheap: reads again only after the watchlist changed.
    /// </summary>
    public string? Fault
    {
        get
        {
            if (Volatile.Read(ref _isStale) != 0 && _reading.IsCompleted)
                _reading = Task.Run(ReadUnknown);
            return Unrecognised() ?? _engine.Catalogue.LocalFault;
        }
    }

    private void OnWatchlistChanged(PersonChanged change) => Volatile.Write(ref _isStale, 1);

    private string? Unrecognised()
    {
        var unknown = Volatile.Read(ref _unknown);
        if (unknown.Count == 0)
            return null;

        var more = unknown.Count > Named ? $" and {unknown.Count - Named} more" : "";
        return $"{unknown.Count} persons are unknown to the embedder in use; enrol them with new photos: {string.Join(", ", unknown.Take(Named))}{more}";
    }

    /// <summary>Never throws: health is asked when the disk is broken, too.</summary>
    private async Task ReadUnknown()
    {
        Volatile.Write(ref _isStale, 0);
        try
        {
            Volatile.Write(ref _unknown, await _store.Watchlist.UnknownTo(_engine.EmbedderModel.Id));
        }
        catch (Exception error) when (error is StoreException or InferenceException)
        {
            _logger.UnknownUnread(error.Message);
        }
    }
}
