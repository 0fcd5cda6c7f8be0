using Appliance.Inference.Catalogue;

namespace Appliance.Inference.Installing;

/// <summary>
/// Puts models of the catalogue into this box's model store and takes them out again. A file is in the store whole and checked, or
/// not at all. Thread-safe.
/// </summary>
public sealed class ModelInstaller : IDisposable
{
    private readonly ModelCatalogue _catalogue;
    private readonly string _store;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;

    /// <param name="catalogue">What is known.</param>
    /// <param name="store">The model store, normally <c>&lt;dataDir&gt;/models</c>; empty: nothing can be installed.</param>
    /// <param name="handler">How servers are reached; null = directly or by the proxy of the environment, with the system's certificates.</param>
    /// <param name="clock">Time.</param>
    public ModelInstaller(ModelCatalogue catalogue, string store, HttpMessageHandler? handler = null, TimeProvider? clock = null)
    {
        _catalogue = catalogue;
        _store = store.Length > 0 ? Path.GetFullPath(store) : "";
        _clock = clock ?? TimeProvider.System;
        _http = new HttpMessageInvoker(handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
        });
    }

    /// <summary>Where models are put.</summary>
    public string Store => _store;

    /// <summary>
    /// Fetches the model's file (from its address, or from a folder), checks size and SHA-256 and puts it into the store. What an
    /// earlier pull left is gone on with.
    /// </summary>
    /// <exception cref="InstallException">It is not there; says why and what to do.</exception>
    public async Task<InstalledModel> Pull(
        ModelEntry model, InstallRequest request, IProgress<InstallProgress>? progress = null, CancellationToken cancel = default)
    {
        NeedAcceptance(model, request.AcceptedLicence);
        if (_store.Length == 0)
            throw new InstallException(InstallFault.Io, "this box has no model store (Inference.ModelStore)");
        if (request.From is null && model.Url is null)
        {
            throw new InstallException(
                InstallFault.NoAddress,
                $"{model.Id} is published nowhere in this form ({model.Source.Home}{(model.Source.Conversion is { } made ? ", " + made : "")}): "
                + $"bring {model.File} in a folder and use --from");
        }

        var source = request.From is null ? model.Url!.AbsoluteUri : ModelSourceFolder.Find(model, request.From);
        using var part = PartFile.Open(_store, model);
        part.NeedRoom();
        if (request.From is null)
            await new ModelDownload(_http, _clock).Fill(model, part, progress, cancel).ConfigureAwait(false);
        else
            await Task.Run(() => ModelSourceFolder.Copy(model, source, part, progress, cancel), cancel).ConfigureAwait(false);

        return new(part.Finish(), source, model.NeedsAcceptance);
    }

    /// <summary>Deletes the model's file from the store.</summary>
    /// <exception cref="InstallException">It ships with the product, or the file on this box is not the store's.</exception>
    public void Remove(ModelEntry model)
    {
        if (_catalogue.IsBuiltin(model))
            throw new InstallException(InstallFault.NotRemovable, $"{model.Id} ships with the product and cannot be removed");

        var path = Path.Combine(_store, model.File);
        if (!File.Exists(path))
        {
            throw new InstallException(
                InstallFault.NotRemovable,
                _catalogue.Find(model) is { } elsewhere ? $"{elsewhere} is not in this box's model store" : $"{model.Id} is not on this box");
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InstallException(InstallFault.Io, $"{path}: {error.Message}", error);
        }
    }

    public void Dispose() => _http.Dispose();

    private static void NeedAcceptance(ModelEntry model, string? accepted)
    {
        if (!model.NeedsAcceptance || string.Equals(accepted?.Trim(), model.Licence, StringComparison.OrdinalIgnoreCase))
            return;

        throw new InstallException(
            InstallFault.LicenceNotAccepted,
            $"{model.Id} is under «{model.Licence}»{(model.LicenceUrl is { } page ? $" ({page})" : "")}"
            + $"{(model.CommercialUse ? "" : ", which does not allow commercial use")}. "
            + $"Read it, and say so with --accept-licence \"{model.Licence}\" (REST: acceptLicence)");
    }
}
